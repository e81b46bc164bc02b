import { type PageKind, pageAt } from "./strategy.ts";

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

function tokenPages(param: string): PageKind {
  return {
    fields: ["next_page"],
    cursors: [param],
    cursorMeansMore: true,
    next: (body) => pageAt(param, body["next_page"]),
  };
}

/** `page_token = next_page`. */
export const pageTokenPages: PageKind = tokenPages("page_token");

/** `page = next_page`. */
export const cursorPages: PageKind = tokenPages("page");

/** `page = next_page` forward, `page = prev_page` back. */
export const bidirectionalPages: PageKind = {
  ...cursorPages,
  fields: ["next_page", "prev_page"],
  previous: (body) => pageAt("page", body["prev_page"]),
};
