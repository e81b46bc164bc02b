import { APIUserAbortError } from "../../errors/api-error.ts";
import type { BasePage, PageInit } from "../page/base-page.ts";
import { type PageRequest, requestMethod } from "../request/page-request.ts";
import type { PaginationStrategy } from "../request/strategy.ts";
import { BaseAsyncWalk } from "./base-async-walk.ts";
import { expiredCursor } from "./outcome.ts";
import type { PlannedRequest } from "./request-planner.ts";
import { WalkCore, type WalkSetup } from "./walk-core.ts";
import type { AsyncListSource, ResumableWalkOptions } from "./walk-options.ts";

/** A page class of an async list. */
export interface AsyncPageClass<P> {
  new (init: PageInit<AsyncListSource>): P;
  readonly prototype: { readonly strategy: PaginationStrategy };
}

/** A list, or a page of one, whose items can be walked. */
export interface AsyncItems<V> {
  items(options: ResumableWalkOptions): AsyncWalk<BasePage<unknown>, V>;
}

/** What an {@link AsyncWalk} traverses. */
interface AsyncWalkSetup<P> extends WalkSetup<P> {
  readonly Page: AsyncPageClass<P>;
  readonly source: AsyncListSource;
  /** Fetches a page; `null` where it is not to be fetched now. Default: {@link openAsyncPage}. */
  readonly open?: (planned: PlannedRequest, signal: AbortSignal) => Promise<P | null>;
}

/** Fetches a page, and stops when `signal` fires. */
export async function openAsyncPage<P extends BasePage<unknown>>(
  Page: AsyncPageClass<P>,
  source: AsyncListSource,
  planned: PlannedRequest,
  signal?: AbortSignal,
): Promise<P> {
  let page: P;
  try {
    page = new Page({ source, fetched: await source.fetch(planned.request, signal), ...planned });
  } catch (error) {
    throw expiredCursor(source.mask?.(error) ?? error, {
      strategy: Page.prototype.strategy,
      source,
      request: planned.request,
    });
  }
  // Without a schema there is nothing to wait for.
  return source.parseItems === undefined ? page : page.parsedAs(await source.parseItems(page));
}

/** One traversal of a list. A call of `next()` after one that rejected requests the same page. */
export class AsyncWalk<P extends BasePage<unknown>, V> extends BaseAsyncWalk<V> {
  /** @internal */
  static override readonly pageturnClass: string = "AsyncWalk";

  readonly #core: WalkCore<P, V>;
  readonly #setup: AsyncWalkSetup<P>;
  /** The caller's signal. Once it has fired, buffered values are not returned either. */
  readonly #signal: AbortSignal | undefined;
  /** Ends the requests when the walk is left. */
  readonly #left = new AbortController();
  /** The page that is fetched before the consumer needs it. */
  #ahead: Promise<boolean> | null = null;

  constructor(setup: AsyncWalkSetup<P>) {
    super();
    this.#setup = setup;
    this.#core = new WalkCore(setup);
    this.#signal = setup.source.signal;
  }

  /** @internal */
  override get core(): WalkCore<P, V> {
    return this.#core;
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
    const { Page, source, open } = this.#setup;
    const { signal } = this.#left;
    try {
      const fetch = () => (open ? open(planned, signal) : openAsyncPage(Page, source, planned, signal));
      const page = await this.#core.observed(fetch);
      if (page === null || signal.aborted) return false;
      this.#core.receive(page, planned.resumption);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      if (this.#core.shrinks(error)) return this.#fetch();
      throw error;
    }
  }

  /**
   * Fetches pages before the consumer needs them, one after the other, up to `prefetch`. A failure is kept, as a
   * rejected promise, until the consumer has used up the pages before it.
   */
  #fetchAhead(): void {
    const core = this.#core;
    if (this.#ahead !== null || core.planner.end !== null || core.queue.length >= core.options.prefetch)
      return;
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
