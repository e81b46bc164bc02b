import type { JsonObject, PageInfo, PageRequest, PageResponse } from "./page-request.ts";

/**
 * What must change in `request` to get the page beside the one in `body`; null where the body points to none.
 * A pure function: the same answer every time, and nothing done.
 */
export type PageStep = (body: JsonObject, request: PageRequest, response: PageResponse) => PageInfo | null;

/** A way of paging: all that a page class of a pair needs to know. */
export interface PaginationStrategy {
  /** Where a body keeps its items. Default `"data"`. */
  readonly itemsKey?: string;
  /** The cursor fields of a body: text, number or null. A field that is absent reads as null on the page. */
  readonly fields: readonly string[];
  /**
   * The parameters, of the query or of the JSON body, that `next` and `previous` set: a checkpoint may change these
   * and no others. Where the server sends links, those in which they differ.
   */
  readonly cursors: readonly string[];
  /** Whether a cursor counts in pages, as page numbers do: all pages of a walk are then of one size. */
  readonly countsPages?: boolean;
  /** The way to the next page. */
  readonly next: PageStep;
  /** The way back; absent where the API has none. */
  readonly previous?: PageStep;
  /**
   * Whether only pages with more behind them have a cursor, so that one beside `has_more: false` is a contradiction.
   * The id of an item stands on the last page, too, and means nothing.
   */
  readonly cursorMeansMore?: boolean;
  /** Whether a request walks against the order of the list; absent where none does. */
  readonly goesBackward?: (request: PageRequest) => boolean;
}

/** The page at a cursor, which is sent as `param`; null where it cannot be sent: null, absent, empty. */
export function pageAt(param: string, cursor: unknown): PageInfo | null {
  const isCursor = (typeof cursor === "string" && cursor !== "") || typeof cursor === "number";
  return isCursor ? { params: { [param]: cursor } } : null;
}
