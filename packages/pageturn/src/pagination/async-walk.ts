import type { Checkpoint } from "../errors/checkpoint.ts";
import type { BasePage } from "./base-page.ts";
import type { AsyncListSource } from "./list-source.ts";
import type { Outcome } from "./outcome.ts";
import type { PageRequest } from "./page-request.ts";
import { WalkCore, type WalkSetup } from "./walk-core.ts";

/** What an {@link AsyncWalk} goes through. */
export interface AsyncWalkSetup<P> extends WalkSetup<P> {
  readonly source: AsyncListSource;
  /** Asks for one page, and gives up when `signal` fires. */
  readonly open: (request: PageRequest, signal: AbortSignal) => Promise<P>;
}

/**
 * One traversal of a list: an iterator that knows where it stands and how it ended.
 *
 * Calls of `next()` are served in order, however many are made at once. One that rejected can be made again: it
 * asks for the same page, so nothing is skipped and nothing repeats.
 */
export class AsyncWalk<P extends BasePage<unknown>, V>
  implements AsyncIterableIterator<V, undefined, undefined>
{
  readonly #core: WalkCore<P, V>;
  readonly #open: AsyncWalkSetup<P>["open"];
  /** Ends what is under way when the walk is left. */
  readonly #left = new AbortController();
  /** The last `next()` that had to wait; those made meanwhile queue behind it. */
  #pulling: Promise<unknown> | null = null;
  /** The page that is fetched before the consumer comes to it. */
  #ahead: Promise<boolean> | null = null;

  constructor(setup: AsyncWalkSetup<P>) {
    this.#core = new WalkCore(setup);
    this.#open = setup.open;
  }

  /** The position after the last value handed out; pass it as `resumeFrom` to go on from there. */
  get checkpoint(): Checkpoint {
    return this.#core.checkpoint;
  }

  /** How the walk ended; null while it goes on. */
  get outcome(): Outcome | null {
    return this.#core.outcome;
  }

  next(): Promise<IteratorResult<V, undefined>> {
    const core = this.#core;
    if (this.#pulling === null && core.ready) return Promise.resolve({ value: core.take(), done: false });
    const pull = () => this.#pull();
    const pulled = this.#pulling === null ? pull() : this.#pulling.then(pull, pull);
    const done = () => {
      if (this.#pulling === pulled) this.#pulling = null;
    };
    this.#pulling = pulled;
    pulled.then(done, done);
    return pulled;
  }

  /** Leaves the walk: what is under way is aborted. A `break` out of a loop does this by itself. */
  return(): Promise<IteratorResult<V, undefined>> {
    this.#core.leave();
    this.#left.abort();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #pull(): Promise<IteratorResult<V, undefined>> {
    const core = this.#core;
    try {
      while (!core.ready) {
        if (core.open()) {
          this.#runAhead();
          continue;
        }
        const turn = this.#ahead ?? this.#turn();
        this.#ahead = null;
        if (!(await turn)) {
          core.close();
          return { value: undefined, done: true };
        }
      }
      return { value: core.take(), done: false };
    } catch (error) {
      throw core.failed(error);
    }
  }

  /** Fetches the page that comes next; false at the end, and where the walk was left meanwhile. */
  async #turn(): Promise<boolean> {
    const request = this.#core.plan();
    if (request === null) return false;
    try {
      const page = await this.#open(request, this.#left.signal);
      if (this.#left.signal.aborted) return false;
      this.#core.receive(page);
      return true;
    } catch (error) {
      if (this.#left.signal.aborted) return false;
      throw error;
    }
  }

  /**
   * Fetches pages before the consumer comes to them, one after the other, up to `prefetch`. One that fails waits,
   * as a rejected turn, until the consumer has used up what came before it.
   */
  #runAhead(): void {
    const core = this.#core;
    if (this.#ahead !== null || core.ended || core.waiting >= core.options.prefetch) return;
    const turn = this.#turn();
    this.#ahead = turn;
    turn.then(
      (received) => {
        if (this.#ahead !== turn) return;
        this.#ahead = null;
        if (received) this.#runAhead();
      },
      () => undefined,
    );
  }
}
