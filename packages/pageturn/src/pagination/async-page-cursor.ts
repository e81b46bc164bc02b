import { BaseAsyncPage } from "./base-async-page.ts";
import type { PageKind } from "./strategy.ts";
import { cursorPages, type TokenPageFields } from "./token-pages.ts";

/** A page of a list paged by a cursor: `page = next_page`. */
export class AsyncPageCursor<T> extends BaseAsyncPage<T> implements TokenPageFields {
  declare readonly next_page: string | null;

  override get pageKind(): PageKind {
    return cursorPages;
  }
}
