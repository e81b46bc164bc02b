import { isInstance } from "../../errors/instance-of.ts";
import { atCaller, type Checkpoint } from "../../errors/pageturn-error.ts";
import type { Outcome, WalkState } from "./outcome.ts";

/**
 * An iterator that knows its position and how it ended.
 *
 * `next()` blocks while a page is fetched. If it throws, call it again: nothing is skipped and nothing repeats.
 */
export abstract class BaseSyncWalk<V> implements IterableIterator<V> {
  /** @internal */
  static readonly pageturnClass: string = "BaseSyncWalk";
  /** @internal */
  static readonly [Symbol.hasInstance]: (value: unknown) => boolean = isInstance;

  /**
   * The position after the last value returned. Pass it as `resumeFrom` to continue there.
   *
   * Throws `ConfigurationError` where the list cannot be resumed there: a link has set a parameter or a path that the
   * strategy does not name.
   */
  get checkpoint(): Checkpoint {
    return this.core.checkpoint;
  }

  /** How the walk ended; `null` while it goes on. */
  get outcome(): Outcome | null {
    return this.core.outcome;
  }

  /** @internal */
  abstract get core(): WalkState;
  /** @internal Whether {@link shift} has a value to return. */
  abstract get hasBuffered(): boolean;
  /** @internal Removes and returns the next buffered value. Call it only where {@link hasBuffered} is true. */
  abstract shift(): V;
  /** @internal Fetches until a value is buffered; false where there are no more. */
  abstract fillBuffer(): boolean;
  /** Leaves the walk and ends its requests. A `break` out of a loop calls it. */
  abstract return(): IteratorResult<V, undefined>;

  next(): IteratorResult<V, undefined> {
    // Small enough for the compiler to inline it: a buffered item costs no call.
    return this.hasBuffered ? { value: this.shift(), done: false } : this.#pull();
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.asyncIterator](): AwaitedSyncList {
    return awaited(this);
  }

  [Symbol.dispose](): void {
    this.return();
  }

  #pull(): IteratorResult<V, undefined> {
    try {
      return this.fillBuffer() ? { value: this.shift(), done: false } : { value: undefined, done: true };
    } catch (error) {
      throw atCaller(error, this.next);
    }
  }
}

/** The type that makes `for await` over a synchronous list a type error: use `for`, or the asynchronous client. */
export type AwaitedSyncList =
  "for await blocks the event loop over a synchronous list: use for, or an asynchronous client";

let hasWarned = false;

/**
 * Iterates a synchronous list for `for await`, which works and blocks the event loop with every page. It warns once,
 * as a server would stall without an error.
 */
export function awaited(list: Iterable<unknown>): AwaitedSyncList {
  if (!hasWarned) {
    hasWarned = true;
    globalThis.process?.emitWarning?.(
      "for await over a synchronous list blocks the event loop. Use for, or an asynchronous client",
      { type: "PageturnWarning", code: "PAGETURN_BLOCKING_LOOP" },
    );
  }
  async function* iterate(): AsyncGenerator<unknown> {
    // Not `yield*`, which would call the asynchronous iterator of the list again.
    for (const value of list) yield value;
  }
  // The cast: TypeScript is to reject the loop that calls this.
  return iterate() as unknown as AwaitedSyncList;
}
