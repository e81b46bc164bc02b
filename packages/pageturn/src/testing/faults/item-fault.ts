import type { ListRequest } from "../list-request.ts";
import { type PagePlan, withAhead } from "../page-plan.ts";
import { emptied, samePlace } from "./cursor-fault.ts";
import type { Fault } from "./fault.ts";

/** The plan with the items the fault leaves in it or adds to it. */
export function playItemFault(plan: PagePlan, fault: Fault, request: ListRequest): PagePlan {
  switch (fault.fault) {
    case "emptyPage":
      return withAhead(emptied(plan), samePlace(request));
    case "duplicateItems": {
      const twice = plan.positions.slice(0, fault.count ?? 1);
      return { ...plan, positions: [...twice, ...plan.positions] };
    }
    default:
      return plan;
  }
}
