/**
 * Why a walk ended.
 *
 * - `"exhausted"` the server has nothing more, or `emptyPages: "stop"` met an empty page
 * - `"maxItems"`, `"maxPages"` the bound was reached
 * - `"returned"` the loop was left
 * - `"aborted"` the caller's signal fired
 * - `"cycle"` the server led back to a page already asked for
 * - `"error"` a request failed; `next()` can be called again
 */
export type OutcomeReason =
  | "exhausted"
  | "maxItems"
  | "maxPages"
  | "returned"
  | "aborted"
  | "cycle"
  | "error";

/** How a walk ended, and whether it saw everything. */
export interface Outcome {
  readonly reason: OutcomeReason;
  /** True only where every item from the start of the walk to the end of the list was handed out. */
  readonly complete: boolean;
  /** Pages that were walked. */
  readonly pages: number;
  /** Items that were handed out; in a walk by pages, those on the pages. */
  readonly items: number;
  /** Items that `distinctBy` dropped. */
  readonly duplicates: number;
}
