import { BaseAsyncPage } from "./base-async-page.ts";
import type { PageKind } from "./strategy.ts";
import { pageTokenPages, type TokenPageFields } from "./token-pages.ts";

/** A page of a list paged by a token: `page_token = next_page`. */
export class AsyncTokenPage<T> extends BaseAsyncPage<T> implements TokenPageFields {
  declare readonly next_page: string | null;

  override get pageKind(): PageKind {
    return pageTokenPages;
  }
}
