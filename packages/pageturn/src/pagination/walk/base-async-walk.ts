import { isInstance } from "../../errors/instance-of.ts";
import type { Checkpoint } from "../../errors/pageturn-error.ts";
import type { Outcome, WalkState } from "./outcome.ts";

/**
 * An iterator that knows its position and how it ended.
 *
 * Concurrent calls of `next()` are served in order. If one rejects, call it again: nothing is skipped and nothing
 * repeats.
 */
export abstract class BaseAsyncWalk<V> implements AsyncIterableIterator<V> {
  /** @internal */
  static readonly pageturnClass: string = "BaseAsyncWalk";
  /** @internal */
  static readonly [Symbol.hasInstance]: (value: unknown) => boolean = isInstance;

  /** The last call that had to wait. Calls made meanwhile wait for it. */
  #waiting: Promise<unknown> | null = null;

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

  /** @internal Whether a page is being fetched ahead of the consumer. */
  get isFetchingAhead(): boolean {
    return false;
  }

  /** @internal Removes and returns the next buffered value. Call it only where {@link hasBuffered} is true. */
  abstract shift(): V;
  /** @internal Fetches until a value is buffered; false where there are no more. Only this class calls it. */
  abstract fillBuffer(): Promise<boolean>;
  /** Leaves the walk and ends its requests. A `break` out of a loop calls it. */
  abstract return(): Promise<IteratorResult<V, undefined>>;

  next(): Promise<IteratorResult<V, undefined>> {
    if (this.#waiting === null && this.hasBuffered)
      return Promise.resolve({ value: this.shift(), done: false });
    return this.#nextInTurn();
  }

  /** A function of its own: its closure would otherwise take memory with every item. */
  #nextInTurn(): Promise<IteratorResult<V, undefined>> {
    return this.#inTurn(async () => {
      // Checked again, because the walk may have been left meanwhile.
      while (!this.hasBuffered) {
        if (!(await this.fillBuffer())) return { value: undefined, done: true };
        if (this.isFetchingAhead) await loopTurn();
      }
      return { value: this.shift(), done: false };
    });
  }

  /** @internal {@link fillBuffer}, after the calls that are waiting. */
  fillInTurn(): Promise<boolean> {
    return this.#inTurn(() => this.fillBuffer());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #inTurn<R>(job: () => Promise<R>): Promise<R> {
    const result = this.#waiting === null ? job() : this.#waiting.then(job, job);
    const done = () => {
      if (this.#waiting === result) this.#waiting = null;
    };
    this.#waiting = result;
    result.then(done, done);
    return result;
  }
}

/** Read when this file is loaded, since fake timers of tests replace it. Browsers have none. */
const soon: (callback: () => void) => unknown = globalThis.setImmediate ?? queueMicrotask;

/**
 * Lets the event loop of Node turn once. Only then is a request sent that was just made, and the consumer may be about
 * to block the thread with its work. Browsers send from another thread.
 */
export function loopTurn(): Promise<void> {
  return new Promise((resolve) => {
    soon(resolve);
  });
}
