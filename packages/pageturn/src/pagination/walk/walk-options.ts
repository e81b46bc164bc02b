import type { Checkpoint } from "../../errors/pageturn-error.ts";
import type { ListStart } from "../checkpoint/resume.ts";
import type { BasePage, PageSource } from "../page/base-page.ts";
import type { FetchedPage } from "../page/page-body.ts";
import { callback, count, oneOf, refuseUnknown } from "../request/check-option.ts";
import type { PageRequest } from "../request/page-request.ts";
import type { TimeRange } from "../request/time-range.ts";
import type { Outcome } from "./outcome.ts";

/** The progress of a walk. */
export interface WalkProgress {
  /** Pages walked, this one included. */
  readonly pages: number;
  /** Items on those pages. */
  readonly items: number;
  /** Requests made, including the one for the page that the walk begins on. Retries are not counted. */
  readonly requests: number;
  /** How many times the page size was halved because a page was too heavy for the server. */
  readonly pageSizeReductions: number;
  /** Milliseconds since the walk began. */
  readonly elapsedMs: number;
}

/** Options of a walk. The `walk` option of a client changes their defaults. */
export interface WalkOptions<T = unknown> {
  /** Stop after this many items. The last request asks for no more than is needed. Default: no bound. */
  readonly maxItems?: number | undefined;
  /** Stop after this many pages. Default: no bound. */
  readonly maxPages?: number | undefined;
  /** What an empty page that leads on means. Default `"continue"`: to end there would lose data. */
  readonly emptyPages?: "continue" | "stop" | undefined;
  /** How many pages in a row may be empty, or have the items of the page before, until a `PaginationError`. Default 1000. */
  readonly maxEmptyPages?: number | undefined;
  /** What to do when the server leads back to a request of this walk. Default `"throw"`. */
  readonly onCycle?: "throw" | "stop" | "allow" | undefined;
  /**
   * What to do where a list is incomplete. `"throw"` (default): an `IncompleteListError`. At the end of a list that
   * contradicts itself (the server says that there is more and gives no way there, or a declared total is not reached),
   * after the last item. At a page that has no field for items, before the page: the next `next()` requests it again.
   * `"stop"`: the walk ends, or takes the page for an empty one, and only `outcome` tells.
   */
  readonly onIncomplete?: "throw" | "stop" | undefined;
  /**
   * What to do when a page is too heavy: 413, a response above `maxResponseBytes`, a timeout, or a 5xx that says so.
   * `"shrink"` (default): request the same position with half the page size, down to 1, and keep that size for the rest
   * of the walk; after timeouts at most twice in a row. Only where the strategy says that the page size is adjustable, and the current size is known. `"throw"`:
   * throw the error.
   */
  readonly onHeavyPage?: "shrink" | "throw" | undefined;
  /** `"traversal"` reverses the items of each page of a backward walk, so that the walk is monotonic. Default `"api"`. */
  readonly order?: "api" | "traversal" | undefined;
  /**
   * Returns the key of an item. An item whose key is among the last 10,000 is dropped and counted. An item whose key is
   * undefined or null is kept. Default, and `null`: none.
   */
  readonly distinctBy?: ((item: T) => unknown) | null | undefined;
  /**
   * Stop before the first item for which it returns false. It is called once for each item, when the page of the item
   * arrives. A walk by pages ends with that page. Default, and `null`: none.
   */
  readonly while?: ((item: T) => boolean) | null | undefined;
  /** Stop after the first item for which it returns true; else like `while`. Default, and `null`: none. */
  readonly until?: ((item: T) => boolean) | null | undefined;
  /** Called with each page when the walk reaches it. An async walk awaits the result; a sync walk refuses a promise. */
  onPage?(page: BasePage<T>, progress: WalkProgress): unknown;
  /** How many pages to fetch ahead of the consumer. Default 0. A sync walk fetches one page ahead at most. */
  readonly prefetch?: number | undefined;
}

/** Options of one walk. */
export interface ResumableWalkOptions<T = unknown> extends WalkOptions<T> {
  /** Start here instead of at the beginning. The checkpoint must come from a walk of the same list. */
  readonly resumeFrom?: Checkpoint | undefined;
}

/** No bounds: those that are defaults of a list are meant for a walk, not for each of the walks that it is made of. */
export const UNBOUNDED = {
  maxItems: Number.POSITIVE_INFINITY,
  maxPages: Number.POSITIVE_INFINITY,
  while: null,
  until: null,
};

/** The largest `prefetch`: pages that are fetched ahead take memory. */
const MAX_PREFETCH = 100;

/** Walk options with every default filled in. `Infinity` means no bound. */
export interface CheckedWalkOptions {
  readonly maxItems: number;
  readonly maxPages: number;
  readonly emptyPages: "continue" | "stop";
  readonly maxEmptyPages: number;
  readonly onCycle: "throw" | "stop" | "allow";
  readonly onIncomplete: "throw" | "stop";
  readonly onHeavyPage: "shrink" | "throw";
  readonly order: "api" | "traversal";
  readonly distinctBy: ((item: unknown) => unknown) | undefined;
  readonly while: ((item: unknown) => boolean) | undefined;
  readonly until: ((item: unknown) => boolean) | undefined;
  readonly onPage: WalkOptions["onPage"];
  readonly prefetch: number;
}

/**
 * The options of one walk, laid over the defaults of the list. Throws {@link ConfigurationError} for an option that does
 * not exist, and for a value that an option does not take.
 */
export function checkedWalkOptions(
  options?: ResumableWalkOptions<never> | null,
  defaults?: WalkOptions<never> | null,
): CheckedWalkOptions {
  const value = <N extends keyof WalkOptions>(name: N) => options?.[name] ?? defaults?.[name];
  const atMost = (name: "maxItems" | "maxPages" | "maxEmptyPages" | "prefetch", otherwise: number) =>
    count(name, value(name) ?? otherwise);
  /** A function of an item. `null` switches the default off. The cast: it takes items of the list, as the types say. */
  const ofItem = <R>(name: "distinctBy" | "while" | "until") => {
    const value = options?.[name] === undefined ? defaults?.[name] : options[name];
    return callback(name, value ?? undefined) as ((item: unknown) => R) | undefined;
  };
  const checked = {
    maxItems: atMost("maxItems", Number.POSITIVE_INFINITY),
    maxPages: atMost("maxPages", Number.POSITIVE_INFINITY),
    emptyPages: oneOf("emptyPages", value("emptyPages"), ["continue", "stop"]),
    maxEmptyPages: atMost("maxEmptyPages", 1000),
    onCycle: oneOf("onCycle", value("onCycle"), ["throw", "stop", "allow"]),
    onIncomplete: oneOf("onIncomplete", value("onIncomplete"), ["throw", "stop"]),
    onHeavyPage: oneOf("onHeavyPage", value("onHeavyPage"), ["shrink", "throw"]),
    order: oneOf("order", value("order"), ["api", "traversal"]),
    distinctBy: ofItem<unknown>("distinctBy"),
    while: ofItem<boolean>("while"),
    until: ofItem<boolean>("until"),
    // The cast: see above.
    onPage: callback("onPage", value("onPage")) as WalkOptions["onPage"],
    prefetch: Math.min(atMost("prefetch", 0), MAX_PREFETCH),
  } satisfies Record<keyof WalkOptions, unknown>;
  const known = Object.keys(checked);
  refuseUnknown("walk", options, [...known, "resumeFrom"]);
  refuseUnknown("walk", defaults, known);
  return checked;
}

/** A list, as far as sync and async lists are the same. */
export interface ListSource extends PageSource {
  /** The request for the first page. */
  readonly request: PageRequest;
  /** Where to start instead, as a checkpoint says. */
  readonly start?: ListStart | undefined;
  /** The size of a page whose request names none, where it is not that of the strategy; `null` where it is not known. */
  readonly defaultPageSize?: number | null | undefined;
  /** Defaults for every walk of the list. */
  readonly walk?: WalkOptions | undefined;
  /** Returns the error that is thrown instead of one of a request or a page: it may be masked. */
  readonly mask?: ((error: unknown) => unknown) | undefined;
  /** How the list can be restricted to a range of time. Default: not known. */
  readonly timeRange?: TimeRange | undefined;
  /** Follows one walk of the list; `undefined` where nobody wants to know of it. */
  readonly observe?: (() => WalkObserver | undefined) | undefined;
  /** Checks the items of a page, and may change them. */
  readonly parseItems?: ItemParser | undefined;
}

/** Follows one walk, from its creation on. */
export interface WalkObserver {
  /** Runs a fetch of the walk. */
  run<R>(fetch: () => R): R;
  /** The walk ended, or failed with `error`. A walk that failed may go on. */
  ended(outcome: Outcome, error: unknown): void;
}

/** The items of a page as a walk returns them. Throws for those that cannot be used. */
export type ItemParser = (page: BasePage<unknown>) => unknown[] | Promise<unknown[]>;

/** A list behind a function that blocks until the answer has arrived. */
export interface SyncListSource extends ListSource {
  /** Fetches one page. */
  fetch(request: PageRequest): FetchedPage;
  /** Sends the request for one page and returns at once. Where it is absent, a walk cannot fetch ahead. */
  fetchAhead?(request: PageRequest): PendingPage;
}

/** A page that was requested and has not been received, in a sync walk that fetches ahead. */
export interface PendingPage {
  /** Blocks until the answer has arrived. */
  wait(): FetchedPage;
  /** Ends the request. */
  cancel(): void;
}

/** A list behind a function that returns a promise of the answer. */
export interface AsyncListSource extends ListSource {
  /** Ends every walk of the list. `fetch` sees to it that it ends the requests, too. */
  readonly signal?: AbortSignal | undefined;
  /** Fetches one page, and stops when `signal` fires. */
  fetch(request: PageRequest, signal: AbortSignal | undefined): Promise<FetchedPage>;
}
