import type { Checkpoint } from "../../errors/checkpoint.ts";
import type { BasePage } from "../page/base-page.ts";
import { callback, count, oneOf } from "./check-option.ts";

/** How far a walk has come. */
export interface WalkProgress {
  /** Pages walked, this one included. */
  readonly pages: number;
  /** Items on those pages. */
  readonly items: number;
  /** Requests made, that for the page the walk begins on included; the retries inside one are not counted. */
  readonly requests: number;
  /** Milliseconds since the walk began. */
  readonly elapsedMs: number;
}

/** What a walk may be told. Every option has a default; a client's `walk` option changes the defaults. */
export interface WalkOptions<T = unknown> {
  /** Stop after this many items. The last request asks for no more than is needed. Default: no bound. */
  readonly maxItems?: number | undefined;
  /** Stop after this many pages. Default: no bound. */
  readonly maxPages?: number | undefined;
  /** What an empty page that still points on means. Default `"continue"`: ending there would lose data. */
  readonly emptyPages?: "continue" | "stop" | undefined;
  /** How many pages in a row may be empty, or have the items of the page before, until a `PaginationError`. Default 1000. */
  readonly maxEmptyPages?: number | undefined;
  /** What to do when the server leads back to a request of this walk. Default `"throw"`. */
  readonly onCycle?: "throw" | "stop" | "allow" | undefined;
  /** `"traversal"` reverses the items of each page of a backward walk, so that the walk is monotonic. Default `"api"`. */
  readonly order?: "api" | "traversal" | undefined;
  /**
   * The key of an item; an item whose key is among the last 10,000 is dropped and counted. One whose key is undefined or
   * null is kept. Default: none.
   */
  distinctBy?(item: T): unknown;
  /** Called with each page as the walk comes to it. An async walk awaits what it returns; a sync one cannot. */
  onPage?(page: BasePage<T>, progress: WalkProgress): unknown;
  /** How many pages to fetch ahead of the consumer. Default 0. */
  readonly prefetch?: number | undefined;
}

/** What one walk may be told besides. */
export interface ResumableWalkOptions<T = unknown> extends WalkOptions<T> {
  /** Go on from here instead of beginning at the front. It must come from a walk of the same list. */
  readonly resumeFrom?: Checkpoint | undefined;
}

/** Walk options with every default filled in; no bound is `Infinity`. */
export interface CheckedWalkOptions {
  readonly maxItems: number;
  readonly maxPages: number;
  readonly emptyPages: "continue" | "stop";
  readonly maxEmptyPages: number;
  readonly onCycle: "throw" | "stop" | "allow";
  readonly order: "api" | "traversal";
  readonly distinctBy: ((item: unknown) => unknown) | undefined;
  readonly onPage: WalkOptions["onPage"];
  readonly prefetch: number;
}

/** How far `prefetch` may go: what travels ahead is memory. */
const MAX_PREFETCH = 100;

/**
 * The options of one walk, those of the call over the defaults of the list.
 *
 * Throws {@link ConfigurationError} where a value is not one that the option takes.
 */
export function checkedWalkOptions(
  options?: WalkOptions | null,
  defaults?: WalkOptions | null,
): CheckedWalkOptions {
  const given = <N extends keyof WalkOptions>(name: N) => options?.[name] ?? defaults?.[name];
  const atMost = (name: "maxItems" | "maxPages" | "maxEmptyPages" | "prefetch", otherwise: number) =>
    count(name, given(name) ?? otherwise);
  return {
    maxItems: atMost("maxItems", Number.POSITIVE_INFINITY),
    maxPages: atMost("maxPages", Number.POSITIVE_INFINITY),
    emptyPages: oneOf("emptyPages", given("emptyPages"), ["continue", "stop"]),
    maxEmptyPages: atMost("maxEmptyPages", 1000),
    onCycle: oneOf("onCycle", given("onCycle"), ["throw", "stop", "allow"]),
    order: oneOf("order", given("order"), ["api", "traversal"]),
    distinctBy: callback("distinctBy", given("distinctBy")),
    onPage: callback("onPage", given("onPage")),
    prefetch: Math.min(atMost("prefetch", 0), MAX_PREFETCH),
  };
}
