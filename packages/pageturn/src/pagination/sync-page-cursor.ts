import { BaseSyncPage } from "./base-sync-page.ts";
import type { PageKind } from "./strategy.ts";
import { cursorPages, type TokenPageFields } from "./token-pages.ts";

/** A page of a list paged by a cursor: `page = next_page`. */
export class SyncPageCursor<T> extends BaseSyncPage<T> implements TokenPageFields {
  declare readonly next_page: string | null;

  override get pageKind(): PageKind {
    return cursorPages;
  }
}
