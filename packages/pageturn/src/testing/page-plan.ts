import type { ServedField } from "../anthropic/catalog/served-endpoint.ts";
import { fieldWriter } from "./data/field-writer.ts";
import type { Direction, ItemList } from "./data/item-list.ts";
import type { Mark } from "./data/position-code.ts";
import type { ListRequest } from "./list-request.ts";

/** What a page will hold, before it is written. Most faults change the plan, not the bytes. */
export interface PagePlan {
  /** The positions of the items, in the order in which they are written. */
  readonly positions: readonly number[];
  /** The direction of the walk. */
  readonly direction: Direction;
  /** The number of the page in the list, from 1, counted in the direction of the walk. */
  readonly page: number;
  /** The place before the first item: `first_id`, `prev_page`. */
  readonly before: Mark | null;
  /** The place after the last item: `last_id`, `next_page`. */
  readonly after: Mark | null;
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
}

/** Returns the items that a request gets, and the places of the pages around them. */
export function planPage({ list, limit, cursor, picked }: ListRequest): PagePlan {
  const direction = cursor?.direction ?? "forward";
  const place = cursor?.mark.position ?? 0;
  const start = direction === "forward" ? place : Math.max(0, place - limit);
  const end = direction === "forward" ? list.upTo(place + limit) : place;
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
    moreAfter: picked === null && list.upTo(end + 1) > end,
  };
}

/** Returns the same page with another place for the next request of the walk; `null` ends the walk. */
export function withAhead(plan: PagePlan, mark: Mark | null): PagePlan {
  const more = mark !== null;
  if (plan.direction === "forward") return { ...plan, after: mark ?? plan.after, moreAfter: more };
  return { ...plan, before: mark ?? plan.before, moreBefore: more };
}

/** Writes the body of a page: the fields of the endpoint's envelope and no others. */
export function pageBody(list: ItemList, plan: PagePlan): string {
  const parts: string[] = [];
  for (const field of list.endpoint.envelope) {
    const value = envelopeValue(field, { list, plan });
    // The API's documents allow an optional field without a value to be absent. Where a page follows, the items are not
    // such a field: a page without them would not be an empty page but a broken one, which the fault dropFields makes.
    const required = leadsOn(plan) && field.name === list.endpoint.itemsKey;
    const absent = value === null || (field.optional === true && !required && /^(null|\[\])$/.test(value));
    if (!absent) parts.push(`${JSON.stringify(field.name)}:${value}`);
  }
  return `{${parts.join(",")}}`;
}

/** Whether a page follows in the direction of the walk. */
function leadsOn({ direction, moreAfter, moreBefore }: PagePlan): boolean {
  return direction === "forward" ? moreAfter : moreBefore;
}

function envelopeValue(
  field: ServedField,
  { list, plan }: { readonly list: ItemList; readonly plan: PagePlan },
): string | null {
  const { before, after } = plan;
  switch (field.name) {
    case list.endpoint.itemsKey:
      return `[${plan.positions.map((position) => list.itemJson(position)).join(",")}]`;
    case "has_more":
      return String(leadsOn(plan));
    case "first_id":
      return before === null ? "null" : `"${list.idAt(before)}"`;
    case "last_id":
      return after === null ? "null" : `"${list.idAt({ position: after.position - 1, salt: after.salt })}"`;
    case "next_page":
      return plan.moreAfter && after !== null ? `"${list.token(after, "forward")}"` : "null";
    case "prev_page":
      return plan.moreBefore && before !== null ? `"${list.token(before, "backward")}"` : "null";
    default: {
      // The other fields describe the parent of the list: a chat's name, a session, an organization.
      const parent = Object.values(list.params).at(-1);
      if (field.name === "id" && parent !== undefined) return JSON.stringify(parent);
      return fieldWriter(field, {
        shapes: list.endpoint.shapes ?? {},
        depth: 0,
        path: field.name,
        now: list.now,
        fixed: list.params,
      })(0, list.key);
    }
  }
}
