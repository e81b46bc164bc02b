import { APIUserAbortError } from "../../errors/api-error.ts";
import type { Checkpoint } from "../../errors/pageturn-error.ts";
import type { BasePage } from "../page/base-page.ts";
import type { PageRequest } from "../request/page-request.ts";
import { requestMethod } from "../request/page-request.ts";
import { BaseAsyncWalk } from "./base-async-walk.ts";
import type { Outcome, WalkCounts } from "./outcome.ts";
import type { PlannedRequest } from "./request-planner.ts";
import { WalkCore, type WalkSetup } from "./walk-core.ts";
import type { AsyncListSource } from "./walk-options.ts";

/** What an {@link AsyncWalk} traverses. */
export interface AsyncWalkSetup<P> extends WalkSetup<P> {
  readonly source: AsyncListSource;
  /** Fetches one page, and stops when `signal` fires; `null` where the page is not to be fetched now. */
  readonly open: (planned: PlannedRequest, signal: AbortSignal) => Promise<P | null>;
}

/**
 * One traversal of a list: an iterator that knows its position and how it ended.
 *
 * Concurrent calls of `next()` are served in order. If one rejects, call it again: it requests the same page, so
 * nothing is skipped and nothing repeats.
 */
export class AsyncWalk<P extends BasePage<unknown>, V> extends BaseAsyncWalk<V> {
  readonly #core: WalkCore<P, V>;
  readonly #open: AsyncWalkSetup<P>["open"];
  /** The caller's signal. Once it has fired, buffered values are not returned either. */
  readonly #signal: AbortSignal | undefined;
  /** Ends the requests when the walk is left. */
  readonly #left = new AbortController();
  /** The page that is fetched before the consumer needs it. */
  #ahead: Promise<boolean> | null = null;

  constructor(setup: AsyncWalkSetup<P>) {
    super();
    this.#open = setup.open;
    this.#core = new WalkCore(setup);
    this.#signal = setup.source.signal;
  }

  override get checkpoint(): Checkpoint {
    return this.#core.checkpoint;
  }

  override get outcome(): Outcome | null {
    return this.#core.outcome;
  }

  /** @internal The counts so far. */
  get counts(): WalkCounts {
    return this.#core.counts;
  }

  /** @internal */
  override get hasBuffered(): boolean {
    return this.#core.hasBuffered && this.#signal?.aborted !== true;
  }

  /** @internal */
  override get isFetchingAhead(): boolean {
    return this.#ahead !== null;
  }

  /** @internal */
  override shift(): V {
    return this.#core.shift();
  }

  /** @internal Returns the next buffered value without consuming it; `undefined` where there is none. */
  peek(): unknown {
    return this.#core.peek();
  }

  /** @internal Whether the walk was left, or nothing more is to be requested. */
  get ended(): boolean {
    return this.#core.ended;
  }

  override return(): Promise<IteratorResult<V, undefined>> {
    this.#core.leave();
    this.#left.abort();
    return Promise.resolve({ value: undefined, done: true });
  }

  /** @internal */
  override async fillBuffer(): Promise<boolean> {
    const core = this.#core;
    try {
      while (!core.hasBuffered) {
        if (core.openNext()) {
          this.#fetchAhead();
          await core.onPageResult;
          continue;
        }
        const fetching = this.#ahead ?? this.#fetch();
        this.#ahead = null;
        if (!(await fetching)) {
          core.close();
          return false;
        }
      }
      if (this.#signal?.aborted) throw abortError(this.#signal, core.source.request);
      return true;
    } catch (error) {
      throw core.failed(error);
    }
  }

  /** Fetches the next page; false at the end, where the page is not to be fetched, and where the walk was left. */
  async #fetch(): Promise<boolean> {
    const planned = this.#core.plan();
    if (planned === null) return false;
    try {
      const page = await this.#open(planned, this.#left.signal);
      if (page === null || this.#left.signal.aborted) return false;
      this.#core.receive(page, planned.resumption);
      return true;
    } catch (error) {
      if (this.#left.signal.aborted) return false;
      throw error;
    }
  }

  /**
   * Fetches pages before the consumer needs them, one after the other, up to `prefetch`. A failure is kept, as a
   * rejected promise, until the consumer has used up the pages before it.
   */
  #fetchAhead(): void {
    const core = this.#core;
    if (this.#ahead !== null || core.ended || core.queued >= core.options.prefetch) return;
    const fetching = this.#fetch();
    this.#ahead = fetching;
    fetching.then(
      (received) => {
        if (this.#ahead !== fetching) return;
        this.#ahead = null;
        if (received) this.#fetchAhead();
      },
      () => undefined,
    );
  }
}

function abortError({ reason }: AbortSignal, request: PageRequest): APIUserAbortError {
  const { base = "", path } = request;
  return new APIUserAbortError(`Cannot continue the list of ${path}: the caller's signal fired`, {
    request: { method: requestMethod(request), url: base + path },
    cause: reason,
  });
}
