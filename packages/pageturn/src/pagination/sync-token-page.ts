import { BaseSyncPage } from "./base-sync-page.ts";
import type { PageKind } from "./strategy.ts";
import { pageTokenPages, type TokenPageFields } from "./token-pages.ts";

/** A page of a list paged by a token: `page_token = next_page`. */
export class SyncTokenPage<T> extends BaseSyncPage<T> implements TokenPageFields {
  declare readonly next_page: string | null;

  override get pageKind(): PageKind {
    return pageTokenPages;
  }
}
