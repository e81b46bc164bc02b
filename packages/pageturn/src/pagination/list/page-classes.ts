import type { JsonObject, PageInfo, PageRequest } from "../request/page-request.ts";
import { type PaginationStrategy, pageAt } from "../request/strategy.ts";
import { BaseAsyncPage } from "./base-async-page.ts";
import { BaseSyncPage } from "./base-sync-page.ts";

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
export const idPages: PaginationStrategy = {
  fields: ["first_id", "last_id"],
  cursors: ["after_id", "before_id"],
  goesBackward,
  next: (body, request) => (goesBackward(request) ? backward(body) : forward(body)),
  previous: (body, request) =>
    goesBackward(request) ? turned(forward(body), "before_id") : turned(backward(body), "after_id"),
};

/** The body of a list that is paged by an opaque token. */
export interface TokenPageFields {
  /** The cursor of the next page, null on the last one. */
  readonly next_page: string | null;
}

/** The body of a list whose token goes both ways. */
export interface BidirectionalPageFields extends TokenPageFields {
  /** The cursor of the previous page, null on the first one and where the endpoint sends none. */
  readonly prev_page: string | null;
}

function tokenPages(param: string): PaginationStrategy {
  return {
    fields: ["next_page"],
    cursors: [param],
    cursorMeansMore: true,
    next: (body) => pageAt(param, body["next_page"]),
  };
}

/** `page_token = next_page`. */
export const pageTokenPages: PaginationStrategy = tokenPages("page_token");

/** `page = next_page`. */
export const cursorPages: PaginationStrategy = tokenPages("page");

/** `page = next_page` forward, `page = prev_page` back. */
export const bidirectionalPages: PaginationStrategy = {
  ...cursorPages,
  fields: ["next_page", "prev_page"],
  previous: (body) => pageAt("page", body["prev_page"]),
};

/** A page of a list paged by the ids of its items: `after_id = last_id`, or backward `before_id = first_id`. */
export class SyncPage<T> extends BaseSyncPage<T> implements IdPageFields {
  declare readonly first_id: string | null;
  declare readonly last_id: string | null;

  override get strategy(): PaginationStrategy {
    return idPages;
  }
}

/** A page of a list paged by the ids of its items: `after_id = last_id`, or backward `before_id = first_id`. */
export class AsyncPage<T> extends BaseAsyncPage<T> implements IdPageFields {
  declare readonly first_id: string | null;
  declare readonly last_id: string | null;

  override get strategy(): PaginationStrategy {
    return idPages;
  }
}

/** A page of a list paged by a token: `page_token = next_page`. */
export class SyncTokenPage<T> extends BaseSyncPage<T> implements TokenPageFields {
  declare readonly next_page: string | null;

  override get strategy(): PaginationStrategy {
    return pageTokenPages;
  }
}

/** A page of a list paged by a token: `page_token = next_page`. */
export class AsyncTokenPage<T> extends BaseAsyncPage<T> implements TokenPageFields {
  declare readonly next_page: string | null;

  override get strategy(): PaginationStrategy {
    return pageTokenPages;
  }
}

/** A page of a list paged by a cursor: `page = next_page`. */
export class SyncPageCursor<T> extends BaseSyncPage<T> implements TokenPageFields {
  declare readonly next_page: string | null;

  override get strategy(): PaginationStrategy {
    return cursorPages;
  }
}

/** A page of a list paged by a cursor: `page = next_page`. */
export class AsyncPageCursor<T> extends BaseAsyncPage<T> implements TokenPageFields {
  declare readonly next_page: string | null;

  override get strategy(): PaginationStrategy {
    return cursorPages;
  }
}

/** A page of a list paged by a cursor that goes both ways: `page = next_page`, and back `page = prev_page`. */
export class SyncBidirectionalPageCursor<T> extends BaseSyncPage<T> implements BidirectionalPageFields {
  declare readonly next_page: string | null;
  declare readonly prev_page: string | null;

  override get strategy(): PaginationStrategy {
    return bidirectionalPages;
  }
}

/** A page of a list paged by a cursor that goes both ways: `page = next_page`, and back `page = prev_page`. */
export class AsyncBidirectionalPageCursor<T> extends BaseAsyncPage<T> implements BidirectionalPageFields {
  declare readonly next_page: string | null;
  declare readonly prev_page: string | null;

  override get strategy(): PaginationStrategy {
    return bidirectionalPages;
  }
}
