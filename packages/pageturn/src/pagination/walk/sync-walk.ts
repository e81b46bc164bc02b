import { ConfigurationError } from "../../errors/pageturn-error.ts";
import type { BasePage, PageInit } from "../page/base-page.ts";
import { refusePromises } from "../request/check-option.ts";
import type { PaginationStrategy } from "../request/strategy.ts";
import { BaseSyncWalk } from "./base-sync-walk.ts";
import { expiredCursor } from "./outcome.ts";
import type { PlannedRequest } from "./request-planner.ts";
import { WalkCore, type WalkSetup } from "./walk-core.ts";
import type { PendingPage, ResumableWalkOptions, SyncListSource } from "./walk-options.ts";

/** A page class of a sync list. */
export interface SyncPageClass<P> {
  new (init: PageInit<SyncListSource>): P;
  readonly prototype: { readonly strategy: PaginationStrategy };
}

/** A list, or a page of one, whose items can be walked. */
export interface SyncItems<V> {
  items(options: ResumableWalkOptions): SyncWalk<BasePage<unknown>, V>;
}

/** What a {@link SyncWalk} traverses. */
interface SyncWalkSetup<P> extends WalkSetup<P> {
  readonly Page: SyncPageClass<P>;
  readonly source: SyncListSource;
  /** Fetches a page, or waits for the pending one. Default: {@link openSyncPage}. */
  readonly open?: (planned: PlannedRequest, pending: PendingPage | null) => P;
}

/** Fetches a page, or waits for the pending one, and blocks until it has arrived. */
export function openSyncPage<P extends BasePage<unknown>>(
  Page: SyncPageClass<P>,
  source: SyncListSource,
  planned: PlannedRequest,
  pending?: PendingPage | null,
): P {
  let page: P;
  try {
    const fetched = pending ? pending.wait() : source.fetch(planned.request);
    page = new Page({ source, fetched, ...planned });
  } catch (error) {
    throw expiredCursor(source.mask?.(error) ?? error, {
      strategy: Page.prototype.strategy,
      source,
      request: planned.request,
    });
  }
  const items = source.parseItems?.(page);
  refusePromises(
    [items],
    `Cannot list ${source.request.path} synchronously as its schema is asynchronous: use a synchronous schema or an async client`,
  );
  // The cast: a promise has been refused.
  return items === undefined ? page : page.parsedAs(items as readonly unknown[]);
}

/** One traversal of a list. A call of `next()` after one that threw requests the same page. */
export class SyncWalk<P extends BasePage<unknown>, V> extends BaseSyncWalk<V> {
  /** @internal */
  static override readonly pageturnClass: string = "SyncWalk";

  readonly #core: WalkCore<P, V>;
  readonly #setup: SyncWalkSetup<P>;
  /** The page that was requested while the consumer works on the one before. */
  #ahead: PendingPage | null = null;

  constructor(setup: SyncWalkSetup<P>) {
    super();
    this.#setup = setup;
    this.#core = new WalkCore(setup);
    checkSyncPrefetch(this.#core.options.prefetch);
  }

  /** @internal */
  override get core(): WalkCore<P, V> {
    return this.#core;
  }

  /** @internal */
  override get hasBuffered(): boolean {
    return this.#core.hasBuffered;
  }

  /** @internal */
  override shift(): V {
    return this.#core.shift();
  }

  /** @internal */
  override fillBuffer(): boolean {
    const core = this.#core;
    try {
      while (!core.hasBuffered) {
        if (core.openNext()) {
          this.#fetchAhead();
          refusePromises(
            [core.onPageResult],
            `Cannot walk ${core.source.request.path} synchronously as its onPage is asynchronous: use a synchronous function or an async client`,
          );
        } else if (!this.#fetch()) {
          core.close();
          return false;
        }
      }
      return true;
    } catch (error) {
      throw core.failed(error);
    }
  }

  override return(): IteratorResult<V, undefined> {
    this.#core.leave();
    this.#ahead?.cancel();
    this.#ahead = null;
    return { value: undefined, done: true };
  }

  /** Fetches the next page; false at the end. */
  #fetch(): boolean {
    const planned = this.#core.plan();
    if (planned === null) return false;
    const ahead = this.#ahead;
    this.#ahead = null;
    const { Page, source, open } = this.#setup;
    let page: P;
    try {
      const fetch = () => (open ? open(planned, ahead) : openSyncPage(Page, source, planned, ahead));
      page = this.#core.observed(fetch);
    } catch (error) {
      if (this.#core.shrinks(error)) return this.#fetch();
      throw error;
    }
    this.#core.receive(page, planned.resumption);
    return true;
  }

  /** Requests the page after the open one without waiting for it. */
  #fetchAhead(): void {
    if (this.#core.options.prefetch === 0 || this.#ahead !== null) return;
    try {
      const planned = this.#core.plan();
      if (planned === null) return;
      const { source } = this.#setup;
      this.#ahead = this.#core.observed(() => source.fetchAhead?.(planned.request)) ?? null;
    } catch {
      // An error about the next page is thrown when the consumer gets there, which tries again.
    }
  }
}

/** Throws {@link ConfigurationError} for more than one page ahead, which a blocked thread cannot fetch. */
export function checkSyncPrefetch(prefetch: number): void {
  if (prefetch <= 1) return;
  throw new ConfigurationError(
    `Cannot use prefetch: ${prefetch} in a sync walk: the cursor of the second page ahead is not known while the ` +
      "thread is blocked. Use prefetch: 1, or the asynchronous client",
  );
}
