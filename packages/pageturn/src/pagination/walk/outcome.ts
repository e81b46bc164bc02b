import { APIUserAbortError } from "../../errors/api-error.ts";
import { APIStatusError, CursorExpiredError } from "../../errors/api-status-error.ts";
import { isError } from "../../errors/instance-of.ts";
import type { Checkpoint } from "../../errors/pageturn-error.ts";
import { IncompleteListError, PaginationCycleError, PaginationError } from "../../errors/pagination-error.ts";
import { refused } from "../checkpoint/resume.ts";
import { type PageRequest, type PageResponse, pathName } from "../request/page-request.ts";
import { type ItemsLocation, type PaginationStrategy, positionKey } from "../request/strategy.ts";

/**
 * Why a walk ended.
 *
 * - `"exhausted"`: the server has nothing more, or `emptyPages: "stop"` met an empty page
 * - `"maxItems"`, `"maxPages"`: the bound was reached
 * - `"while"`, `"until"`: the option ended the walk
 * - `"returned"`: the loop was left
 * - `"aborted"`: the caller's signal fired
 * - `"cycle"`: the server led back to a page of this walk
 * - `"error"`: a request failed, or the list contradicts itself; `next()` can be called again
 */
export type OutcomeReason =
  | "exhausted"
  | "maxItems"
  | "maxPages"
  | "while"
  | "until"
  | "returned"
  | "aborted"
  | "cycle"
  | "error";

const INCOMPLETE_REASONS = [
  "moreAnnounced",
  "cursorAfterEnd",
  "emptyPageStop",
  "totalNotReached",
  "noItems",
] as const;

/**
 * Why a walk did not see everything, though no option ended it and no request failed.
 *
 * - `"moreAnnounced"`: the server says that there is more, and gives no way there
 * - `"cursorAfterEnd"`: the server says that there is no more, and gives a cursor that says the opposite
 * - `"emptyPageStop"`: an empty page leads on, and `emptyPages: "stop"` ended the walk there
 * - `"totalNotReached"`: the server declares more items or pages than it sent
 * - `"noItems"`: a response has no place for items, and the API does not say that it may leave it out
 */
export type IncompleteReason = (typeof INCOMPLETE_REASONS)[number];

/**
 * Why the lists of a walk that have ended were not all seen whole: `null` where no reason has a name, `undefined` where they
 * were.
 */
export type Missing = IncompleteReason | null | undefined;

/** What a list that has ended is missing. `lacksItems` says it for a walk that was left before the end of its list. */
export function missingOf(outcome: Outcome | null, lacksItems: boolean): Missing {
  if (outcome === null) return lacksItems ? "noItems" : undefined;
  return outcome.complete ? undefined : outcome.incompleteBecause;
}

/** What two parts of a walk are missing together: a reason that has a name goes first. */
export function eitherMissing(one: Missing, other: Missing): Missing {
  return one ?? other ?? (one === null ? one : other);
}

/** What is missing, as a checkpoint has it. Throws `CheckpointError`. */
export function missingIn(value: unknown): Missing {
  if (value === undefined || value === null) return value;
  const reason = INCOMPLETE_REASONS.find((each) => each === value);
  if (reason === undefined) throw refused("`incomplete` is not a reason");
  return reason;
}

/** How a walk ended, and whether it saw everything. */
export interface Outcome {
  readonly reason: OutcomeReason;
  /** `true` only if every item from the start of the walk to the end of the list was returned. */
  readonly complete: boolean;
  /** Why not everything was seen, where `reason` does not say it already; else `null`. */
  readonly incompleteBecause: IncompleteReason | null;
  /** Pages that were walked. */
  readonly pages: number;
  /** Items that were returned; in a walk by pages, the items of those pages. */
  readonly items: number;
  /** Items that `distinctBy` dropped. */
  readonly duplicates: number;
  /** How many times the page size was halved because a page was too heavy for the server. */
  readonly pageSizeReductions: number;
}

/** What the drivers of a walk show of its state. */
export interface WalkState {
  readonly checkpoint: Checkpoint;
  readonly outcome: Outcome | null;
}

/** The counts of a walk. */
export type WalkCounts = Pick<Outcome, "pages" | "items" | "duplicates" | "pageSizeReductions">;

/** The counts of several walks together. */
export function sumOf(counts: readonly WalkCounts[]): WalkCounts {
  const sum = (name: keyof WalkCounts) => counts.reduce((before, each) => before + each[name], 0);
  return {
    pages: sum("pages"),
    items: sum("items"),
    duplicates: sum("duplicates"),
    pageSizeReductions: sum("pageSizeReductions"),
  };
}

/** Why a walk that failed with `error` ended. */
export function failureReason(error: unknown): OutcomeReason {
  if (error instanceof PaginationCycleError) return "cycle";
  const aborted = error instanceof APIUserAbortError || (isError(error) && error.name === "AbortError");
  return aborted ? "aborted" : "error";
}

/**
 * Sets the checkpoint of an error to that of `walk`, and returns the error. It is undefined where the list cannot be
 * resumed there.
 */
export function withCheckpoint(error: unknown, walk: Pick<WalkState, "checkpoint">): unknown {
  const value = placeOf(walk).checkpoint;
  // Not `Object.defineProperty`, which throws for an error that is frozen.
  if (isError(error)) {
    Reflect.defineProperty(error, "checkpoint", { value, configurable: true, writable: true });
  }
  return error;
}

/** The position of a walk, or the error that says why it cannot be resumed there. */
export interface Place {
  readonly checkpoint?: Checkpoint;
  readonly error?: unknown;
}

/** Notes where a walk stands. */
export function placeOf(walk: Pick<WalkState, "checkpoint">): Place {
  try {
    return { checkpoint: walk.checkpoint };
  } catch (error) {
    return { error };
  }
}

/** The error as {@link CursorExpiredError} where the answer says so, and the request had a cursor. */
export function expiredCursor(
  error: unknown,
  {
    strategy,
    source,
    request,
  }: { strategy: PaginationStrategy; source: { readonly request: PageRequest }; request: PageRequest },
): unknown {
  if (!(error instanceof APIStatusError) || strategy.isCursorExpired?.(error) !== true) return error;
  if (positionKey(strategy, source.request) === positionKey(strategy, request)) return error;
  return new CursorExpiredError(
    `Cannot continue the list of ${source.request.path}: its cursor has expired, or the item it points to was deleted. ` +
      `Start the list again and skip the items that you already have. ${error.message}`,
    { ...error, headers: error.headers, cause: error },
  );
}

/** The error for a server that leads back to a page of the walk. */
export function cycleError(path: string): PaginationCycleError {
  return new PaginationCycleError(
    `Cannot continue the list of ${path}: the server led back to a page that was already requested. onCycle: ` +
      '"stop" ends the walk without an error',
  );
}

/** The error for `pages` pages in a row that are empty, or repeat the items of the page before. */
export function idleError(path: string, pages: number): PaginationError {
  return new PaginationError(
    `Cannot continue the list of ${path}: the server sent ${pages} pages in a row without new items. Raise maxEmptyPages to allow more`,
  );
}

/** The response that an error is about. */
type Answered = Pick<PageResponse, "requestId">;

/** The error for a list that ends although the server says that there is more. */
export function moreAnnouncedError(path: string, { requestId }: Answered): IncompleteListError {
  return new IncompleteListError(
    `The list of ${path} is incomplete: the server says that there is more, and sends no cursor. ` +
      'Resume from the checkpoint later, or accept it with onIncomplete: "stop"',
    { because: "moreAnnounced", requestId },
  );
}

/** The error for a list that ends below the number of items or pages that the server declares. */
export function totalNotReachedError(
  path: string,
  {
    declared,
    sent,
    counts,
    requestId,
  }: Answered & { declared: number; sent: number; counts: string | undefined },
): IncompleteListError {
  return new IncompleteListError(
    `The list of ${path} is incomplete: the server declares ${declared} ${counts}, and sent ${sent}. Resume from the ` +
      "checkpoint later. If the server ends every list there, ask for less with a filter. " +
      'onIncomplete: "stop" accepts it',
    { because: "totalNotReached", requestId },
  );
}

/** The error for a page that has no place for items, though `location` says where they should be. */
export function noItemsError(
  path: string,
  { location, requestId }: Answered & { location: ItemsLocation },
): IncompleteListError {
  const name = typeof location === "function" ? "" : ` \`${pathName(location)}\``;
  return new IncompleteListError(
    `The list of ${path} is incomplete: a response has no field${name} for items. Call next() again, or resume from ` +
      "the checkpoint, to request the page again. If the API leaves the field out of an empty page, return [] for it with a " +
      'function `items` of the strategy or of the list, or accept the page with onIncomplete: "stop"',
    { because: "noItems", requestId },
  );
}
