import { BaseSyncPage } from "./base-sync-page.ts";
import { type IdPageFields, idPages } from "./id-pages.ts";
import type { PageKind } from "./strategy.ts";

/** A page of a list paged by the ids of its items: `after_id = last_id`, or backward `before_id = first_id`. */
export class SyncPage<T> extends BaseSyncPage<T> implements IdPageFields {
  declare readonly first_id: string | null;
  declare readonly last_id: string | null;

  override get pageKind(): PageKind {
    return idPages;
  }
}
