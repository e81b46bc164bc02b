import { BaseAsyncPage } from "./base-async-page.ts";
import type { PageKind } from "./strategy.ts";
import { type BidirectionalPageFields, bidirectionalPages } from "./token-pages.ts";

/** A page of a list paged by a cursor that goes both ways: `page = next_page`, and back `page = prev_page`. */
export class AsyncBidirectionalPageCursor<T> extends BaseAsyncPage<T> implements BidirectionalPageFields {
  declare readonly next_page: string | null;
  declare readonly prev_page: string | null;

  override get pageKind(): PageKind {
    return bidirectionalPages;
  }
}
