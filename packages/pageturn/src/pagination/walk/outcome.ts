import { APIUserAbortError } from "../../errors/api-error.ts";
import { PaginationCycleError } from "../../errors/pagination-error.ts";

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

/** How far a walk has come. */
export interface Tally {
  readonly pages: number;
  readonly items: number;
  readonly duplicates: number;
}

/** What several walks have come to together. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (name: keyof Tally) => tallies.reduce((before, tally) => before + tally[name], 0);
  return { pages: sum("pages"), items: sum("items"), duplicates: sum("duplicates") };
}

/** Why a walk that failed with `error` ended. */
export function failureReason(error: unknown): OutcomeReason {
  if (error instanceof PaginationCycleError) return "cycle";
  const aborted =
    error instanceof APIUserAbortError || (error instanceof Error && error.name === "AbortError");
  return aborted ? "aborted" : "error";
}

/** The error, which from now on carries the checkpoint. */
export function withCheckpoint(error: unknown, value: unknown): unknown {
  // Not `Object.defineProperty`, which throws for an error that is frozen.
  if (error instanceof Error) {
    Reflect.defineProperty(error, "checkpoint", { value, configurable: true, writable: true });
  }
  return error;
}
