import type { Checkpoint } from "../errors/checkpoint.ts";
import type { BasePage } from "./base-page.ts";

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
