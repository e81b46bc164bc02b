import type { AsyncListOptions, SyncListOptions } from "../catalog/list-options.ts";
import type { JsonObject } from "../pagination/page-info.ts";

interface APIList {
  /** The JSON body, for a list that is asked for with a POST. */
  readonly json?: JsonObject | undefined;
  /** Where bodies keep their items, if not under `data`. */
  readonly itemsKey?: string | undefined;
}

/** What `getAPIList()` of the sync client takes. */
export interface SyncAPIListOptions extends SyncListOptions, APIList {}

/** What `getAPIList()` of the async client takes. */
export interface AsyncAPIListOptions extends AsyncListOptions, APIList {}
