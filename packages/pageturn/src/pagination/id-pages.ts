import type { JsonObject, PageInfo } from "./page-info.ts";
import type { PageRequest } from "./page-request.ts";
import { type PageKind, pageAt } from "./strategy.ts";

/** The body of a list that is paged by the ids of its items. */
export interface IdPageFields {
  /** The id of the page's first item: the cursor for what stands before it. */
  readonly first_id: string | null;
  /** The id of the page's last item: the cursor for what stands behind it. */
  readonly last_id: string | null;
}

function forward(body: JsonObject): PageInfo | null {
  return pageAt("after_id", body["last_id"]);
}

function backward(body: JsonObject): PageInfo | null {
  return pageAt("before_id", body["first_id"]);
}

/** A truthy `before_id` makes it a walk backwards; it wins over an `after_id` beside it, as in the SDK. */
function goesBackward(request: PageRequest): boolean {
  return Boolean(request.query["before_id"]);
}

/** Turns round: the API refuses a request with both cursors, so the other one is taken out. */
function turned(info: PageInfo | null, cursor: "after_id" | "before_id"): PageInfo | null {
  return info?.params === undefined ? null : { params: { [cursor]: undefined, ...info.params } };
}

/**
 * `after_id = last_id`; where the request had a truthy `before_id`: `before_id = first_id`.
 * "Previous" is the page against the direction of the request.
 */
export const idPages: PageKind = {
  fields: ["first_id", "last_id"],
  cursors: ["after_id", "before_id"],
  goesBackward,
  next: (body, request) => (goesBackward(request) ? backward(body) : forward(body)),
  previous: (body, request) =>
    goesBackward(request) ? turned(forward(body), "before_id") : turned(backward(body), "after_id"),
};
