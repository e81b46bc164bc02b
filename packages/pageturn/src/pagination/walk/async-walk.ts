import { APIUserAbortError } from "../../errors/api-error.ts";
import type { Checkpoint } from "../../errors/checkpoint.ts";
import type { BasePage } from "../page/base-page.ts";
import type { PageRequest } from "../request/page-request.ts";
import { BaseAsyncWalk } from "./base-async-walk.ts";
import type { AsyncListSource } from "./list-source.ts";
import type { Outcome, Tally } from "./outcome.ts";
import { resumed, WalkCore, type WalkSetup } from "./walk-core.ts";

/** What an {@link AsyncWalk} goes through. */
export interface AsyncWalkSetup<P> extends WalkSetup<P> {
  readonly source: AsyncListSource;
  /** Asks for one page of `source`, and gives up when `signal` fires; null where it is not to be asked for now. */
  readonly open: (source: AsyncListSource, request: PageRequest, signal: AbortSignal) => Promise<P | null>;
}

/**
 * One traversal of a list: an iterator that knows where it stands and how it ended.
 *
 * Calls of `next()` are served in order, however many are made at once. One that rejected can be made again: it
 * asks for the same page, so nothing is skipped and nothing repeats.
 */
export class AsyncWalk<P extends BasePage<unknown>, V> extends BaseAsyncWalk<V> {
  readonly #core: WalkCore<P, V>;
  readonly #setup: AsyncWalkSetup<P>;
  /** The caller's: once it has fired, not even what is on hand is handed out. */
  readonly #signal: AbortSignal | undefined;
  /** Ends what is under way when the walk is left. */
  readonly #left = new AbortController();
  /** The page that is fetched before the consumer comes to it. */
  #ahead: Promise<boolean> | null = null;

  constructor(setup: AsyncWalkSetup<P>) {
    super();
    this.#setup = resumed(setup);
    this.#core = new WalkCore(this.#setup);
    this.#signal = setup.source.signal;
  }

  override get checkpoint(): Checkpoint {
    return this.#core.checkpoint;
  }

  override get outcome(): Outcome | null {
    return this.#core.outcome;
  }

  /** @internal How far the walk has come. */
  get tally(): Tally {
    return this.#core.tally;
  }

  /** @internal */
  override get ready(): boolean {
    return this.#core.ready && this.#signal?.aborted !== true;
  }

  /** @internal */
  override get isAhead(): boolean {
    return this.#ahead !== null;
  }

  /** @internal */
  override take(): V {
    return this.#core.take();
  }

  /** @internal The value on hand, not handed out, or the one so far behind it; undefined where there is none. */
  peek(offset?: number): unknown {
    return this.#core.peek(offset);
  }

  /** @internal Whether the walk was left, or nothing more is to be asked for. */
  get ended(): boolean {
    return this.#core.ended;
  }

  override return(): Promise<IteratorResult<V, undefined>> {
    this.#core.leave();
    this.#left.abort();
    return Promise.resolve({ value: undefined, done: true });
  }

  /** @internal */
  override async fill(): Promise<boolean> {
    const core = this.#core;
    try {
      while (!core.ready) {
        if (core.open()) {
          this.#runAhead();
          await core.told;
          continue;
        }
        const turn = this.#ahead ?? this.#turn();
        this.#ahead = null;
        if (!(await turn)) {
          core.close();
          return false;
        }
      }
      if (this.#signal?.aborted) throw leftBy(this.#signal, this.#setup.source.request);
      return true;
    } catch (error) {
      throw core.failed(error);
    }
  }

  /** Fetches the page that comes next; false at the end, where it was left out, and where the walk was left. */
  async #turn(): Promise<boolean> {
    const request = this.#core.plan();
    if (request === null) return false;
    try {
      const { open, source } = this.#setup;
      const page = await open(source, request, this.#left.signal);
      if (page === null || this.#left.signal.aborted) return false;
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

function leftBy({ reason }: AbortSignal, { base = "", path }: PageRequest): APIUserAbortError {
  const request = { method: "GET", url: base + path };
  return new APIUserAbortError(`Cannot walk on the list of ${path} as the caller's signal fired`, {
    request,
    cause: reason,
  });
}
