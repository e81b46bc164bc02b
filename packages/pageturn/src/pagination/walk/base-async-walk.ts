import type { Checkpoint } from "../../errors/checkpoint.ts";
import type { Outcome, Tally } from "./outcome.ts";
import type { ResumableWalkOptions } from "./walk-options.ts";

/** A list, or a page of one, whose items can be walked. */
export interface AsyncItems<V> {
  items(options: ResumableWalkOptions): AsyncItemWalk<V>;
}

/** A walk as other walks are made of. */
export interface AsyncItemWalk<V> extends BaseAsyncWalk<V> {
  /** @internal How far the walk has come. */
  readonly tally: Tally;
  /** @internal Whether the walk was left, or nothing more is to be asked for. */
  readonly ended: boolean;
  /** @internal The value on hand, not handed out, or the one so far behind it; undefined where there is none. */
  peek(offset?: number): unknown;
}

/**
 * An iterator that knows where it stands and how it ended.
 *
 * Calls of `next()` are served in order, however many are made at once. One that rejected can be made again:
 * nothing is skipped and nothing repeats.
 */
export abstract class BaseAsyncWalk<V, C = Checkpoint>
  implements AsyncIterableIterator<V, undefined, undefined>
{
  /** The last call that had to wait; those made meanwhile queue behind it. */
  #waiting: Promise<unknown> | null = null;

  /** The position after the last value handed out; pass it as `resumeFrom` to go on from there. */
  abstract get checkpoint(): C;

  /** How the walk ended; null while it goes on. */
  abstract get outcome(): Outcome | null;

  /** @internal Whether a value is on hand. */
  abstract get ready(): boolean;

  /** @internal Whether a page is on its way that the consumer has not come to. */
  get isAhead(): boolean {
    return false;
  }

  /** @internal Hands out the value on hand; to be called only where {@link ready}. */
  abstract take(): V;

  /** @internal Fetches until a value is on hand; false where none will come. To be called by this class only. */
  abstract fill(): Promise<boolean>;

  /** Leaves the walk: what is under way is aborted. A `break` out of a loop does this by itself. */
  abstract return(): Promise<IteratorResult<V, undefined>>;

  next(): Promise<IteratorResult<V, undefined>> {
    if (this.#waiting === null && this.ready) return Promise.resolve({ value: this.take(), done: false });
    return this.#nextInTurn();
  }

  /** A function of its own: the closure in it would cost memory with every item. */
  #nextInTurn(): Promise<IteratorResult<V, undefined>> {
    return this.#inTurn(async () => {
      // Asked again, as the walk may have been left since.
      while (!this.ready) {
        if (!(await this.fill())) return { value: undefined, done: true };
        if (this.isAhead) await loopTurn();
      }
      return { value: this.take(), done: false };
    });
  }

  /** @internal {@link fill}, behind the calls that are waiting. */
  arrive(): Promise<boolean> {
    return this.#inTurn(() => this.fill());
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

/** As it is when this file is loaded, since tests with fake timers replace it. Browsers have none. */
const soon: (callback: () => void) => unknown = globalThis.setImmediate ?? queueMicrotask;

/**
 * Lets the event loop of Node turn once: only then does a request that was just made go out, and the consumer may
 * be about to block the thread with its work. Browsers send from another thread anyway.
 */
export function loopTurn(): Promise<void> {
  return new Promise((resolve) => {
    soon(resolve);
  });
}
