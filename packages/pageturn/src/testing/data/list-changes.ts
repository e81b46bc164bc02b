import type { JsonValue } from "../faults/fault.ts";

/** What `mutate()` does to the items of one path. */
export interface ListChange {
  /** The number of items that the list gains: the newest ones. */
  readonly add?: number | undefined;
  /** The ids of items that are deleted. */
  readonly remove?: readonly string[] | undefined;
  /** The ids of removed items that come back: data that arrives late, at its place in the past. */
  readonly restore?: readonly string[] | undefined;
  /** The fields that change, by the id of the item. */
  readonly update?: Readonly<Record<string, Readonly<Record<string, JsonValue>>>> | undefined;
  /** For a report: the usage in this range of time grows by a tenth. Times are ISO 8601. */
  readonly late?: { readonly from: string; readonly to: string } | undefined;
}

/** The changes that a test made to the items of one path. Indices are those of the items before all changes. */
export interface ListChanges {
  /** The number of items that the list gained. */
  added: number;
  /** The indices of the items that were removed. */
  readonly removed: Set<number>;
  /** The fields that replace those of an item, by its index. */
  readonly updated: Map<number, Readonly<Record<string, unknown>>>;
  /** The ranges of time for which a report got more usage, in milliseconds since 1970. */
  readonly late: { readonly from: number; readonly to: number }[];
  /** Grows with each change, so that no answer from before it is reused. */
  version: number;
}

export function noChanges(): ListChanges {
  return { added: 0, removed: new Set(), updated: new Map(), late: [], version: 0 };
}
