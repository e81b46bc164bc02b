import type { FlatCheckpoint } from "./flat-checkpoint.ts";

/** What a sync `flatMap()` may be told. */
export interface SyncFlatMapOptions {
  /** How many pages of a list to fetch ahead of the consumer. Default 0; sync lists fetch one at most. */
  readonly prefetch?: number | undefined;
  /** Go on from here: the `checkpoint` of a flat walk, sync or async, of the same lists. */
  readonly resumeFrom?: FlatCheckpoint | undefined;
  /** A call that blocks can only walk one list at a time. */
  readonly concurrency?: 1 | undefined;
  readonly order?: "kept" | undefined;
}

/** What an async `flatMap()` may be told. */
export interface AsyncFlatMapOptions {
  /** How many lists are walked at a time. Default 8. */
  readonly concurrency?: number | undefined;
  /**
   * `"kept"`: all items of the first list, then all of the second, and so on. `"arrival"`: from whichever list has a
   * page. Default `"kept"`.
   */
  readonly order?: "kept" | "arrival" | undefined;
  /**
   * How many pages of each list to hold besides the one that is consumed. Default 4. In kept order, a list that is
   * longer is walked on when its turn comes: a larger `prefetch` is then faster, and takes more memory.
   */
  readonly prefetch?: number | undefined;
  /** Go on from here: the `checkpoint` of a flat walk, sync or async, of the same lists. */
  readonly resumeFrom?: FlatCheckpoint | undefined;
}
