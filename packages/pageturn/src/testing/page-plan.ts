import type { Mark } from "./data/position-code.ts";
import type { Direction } from "./data/served-list.ts";
import type { ListRequest } from "./list-request.ts";

/** What a page will hold, before it is written. Faults change this, not bytes. */
export interface PagePlan {
  /** The positions of the items, in the order they are written. */
  readonly positions: readonly number[];
  /** Which way the walk goes. */
  readonly direction: Direction;
  /** The page's number in the list, from 1, counted in the direction of the walk. */
  readonly page: number;
  /** The place before the first item: `first_id`, `prev_page`. */
  readonly before: Mark | null;
  /** The place after the last item: `last_id`, `next_page`. */
  readonly after: Mark | null;
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
}

/** Which items a request gets, and where the pages around them are. */
export function planPage({ list, limit, cursor, picked }: ListRequest): PagePlan {
  const direction = cursor?.direction ?? "forward";
  const place = cursor?.mark.position ?? 0;
  const start = direction === "forward" ? place : Math.max(0, place - limit);
  const end = direction === "forward" ? Math.min(list.count, place + limit) : place;
  const behind = direction === "forward" ? start : list.count - end;
  const positions = picked ?? Array.from({ length: end - start }, (_, at) => start + at);
  const empty = positions.length === 0;
  return {
    positions,
    direction,
    page: Math.ceil(behind / limit) + 1,
    before: empty ? null : { position: picked?.[0] ?? start, salt: 0 },
    after: empty ? null : { position: (picked?.at(-1) ?? end - 1) + 1, salt: 0 },
    moreBefore: picked === null && start > 0,
    moreAfter: picked === null && end < list.count,
  };
}

/** The same page with another place for the next request of the walk; null ends the walk. */
export function withAhead(plan: PagePlan, mark: Mark | null): PagePlan {
  const more = mark !== null;
  if (plan.direction === "forward") return { ...plan, after: mark ?? plan.after, moreAfter: more };
  return { ...plan, before: mark ?? plan.before, moreBefore: more };
}
