/** How a list is restricted to a range of time, and how its items are ordered by it. */
export interface TimeRange {
  /** The query parameter with the start of the range: `created_at[gte]`. */
  readonly from: string;
  /** The query parameter with its end: `created_at[lt]`. */
  readonly to: string;
  /**
   * Which ends belong to the range. `"half-open"`: its start and not its end. `"inclusive"`: both. `"exclusive"`: none.
   */
  readonly bounds: "half-open" | "inclusive" | "exclusive";
  /** `"desc"`: the newest item is first. `"asc"`: the oldest. */
  readonly order: "desc" | "asc";
  /** The field of an item with its time. An item need not have it. */
  readonly field: string;
  /** The length in milliseconds of the buckets that the items are; a range begins and ends with a bucket. Default 1. */
  readonly align?: number | undefined;
  /** Why the list cannot be sliced, as the end of a sentence; absent where it can be. */
  readonly unsliceable?: string | undefined;
}
