import type { Checkpoint } from "../../errors/checkpoint.ts";
import { atCaller } from "../../errors/pageturn-error.ts";
import type { Outcome, Tally } from "./outcome.ts";
import type { ResumableWalkOptions } from "./walk-options.ts";

/** A page whose items, and those behind it, can be walked. */
export interface SyncItems<V> {
  items(options: ResumableWalkOptions): SyncItemWalk<V>;
}

/** A walk as other walks are made of. */
export interface SyncItemWalk<V> extends BaseSyncWalk<V> {
  /** @internal How far the walk has come. */
  readonly tally: Tally;
  /** @internal The value on hand, not handed out; undefined where there is none. */
  peek(): unknown;
}

/**
 * An iterator that knows where it stands and how it ended.
 *
 * `next()` blocks while a page is fetched. One that threw can be called again: nothing is skipped and nothing repeats.
 */
export abstract class BaseSyncWalk<V, C = Checkpoint> implements IterableIterator<V, undefined, undefined> {
  /** The position after the last value handed out; pass it as `resumeFrom` to go on from there. */
  abstract get checkpoint(): C;

  /** How the walk ended; null while it goes on. */
  abstract get outcome(): Outcome | null;

  /** @internal Whether a value is on hand. */
  abstract get ready(): boolean;

  /** @internal Hands out the value on hand; to be called only where {@link ready}. */
  abstract take(): V;

  /** @internal Fetches until a value is on hand; false where none will come. */
  abstract fill(): boolean;

  /** Leaves the walk: what is under way is aborted. A `break` out of a loop does this by itself. */
  abstract return(): IteratorResult<V, undefined>;

  next(): IteratorResult<V, undefined> {
    // Small enough to vanish into the caller's loop: an item on hand costs no call.
    return this.ready ? { value: this.take(), done: false } : this.#pull();
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.return();
  }

  #pull(): IteratorResult<V, undefined> {
    try {
      return this.fill() ? { value: this.take(), done: false } : { value: undefined, done: true };
    } catch (error) {
      throw atCaller(error, this.next);
    }
  }
}
