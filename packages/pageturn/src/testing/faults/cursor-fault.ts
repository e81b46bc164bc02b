import type { Mark } from "../data/position-code.ts";
import type { ListRequest } from "../list-request.ts";
import { type PagePlan, withAhead } from "../page-plan.ts";
import type { Fault } from "./fault.ts";

/** The plan with the cursor the fault gives out. */
export function playCursorFault(plan: PagePlan, fault: Fault, request: ListRequest): PagePlan {
  const { count } = request.list;
  const forward = plan.direction === "forward";
  switch (fault.fault) {
    case "repeatCursor":
      return request.cursor === null ? plan : withAhead(plan, request.cursor.mark);
    case "cycle": {
      const { length, offset = 1 } = fault;
      if (plan.page < offset + length) return plan;
      const done = Math.min(offset * request.limit, count);
      return withAhead(plan, { position: forward ? done : count - done, salt: 0 });
    }
    case "endless":
      return withAhead(fault.items === "none" ? emptied(plan) : plan, samePlace(request));
    case "offByOne": {
      const ahead = forward ? plan.after : plan.before;
      if (ahead === null || !(forward ? plan.moreAfter : plan.moreBefore)) return plan;
      const position = ahead.position + (forward ? fault.by : -fault.by);
      return withAhead(plan, { ...ahead, position });
    }
    default:
      return plan;
  }
}

/** The plan without its items. */
export function emptied(plan: PagePlan): PagePlan {
  return { ...plan, positions: [], before: null, after: null };
}

/** The place a request asked for, under a cursor that was never given out for it in this walk. */
export function samePlace({ cursor }: ListRequest): Mark {
  const { position, salt } = cursor?.mark ?? { position: 0, salt: 0 };
  return { position, salt: salt + 1 };
}
