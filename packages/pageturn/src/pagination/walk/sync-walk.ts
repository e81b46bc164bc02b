import { type Checkpoint, ConfigurationError } from "../../errors/pageturn-error.ts";
import type { BasePage } from "../page/base-page.ts";
import { BaseSyncWalk } from "./base-sync-walk.ts";
import type { Outcome, WalkCounts } from "./outcome.ts";
import type { PlannedRequest } from "./request-planner.ts";
import { WalkCore, type WalkSetup } from "./walk-core.ts";
import type { PendingPage, SyncListSource } from "./walk-options.ts";

/** What a {@link SyncWalk} traverses. */
export interface SyncWalkSetup<P> extends WalkSetup<P> {
  readonly source: SyncListSource;
  /** Fetches one page, or waits for the one that is pending. */
  readonly open: (planned: PlannedRequest, pending: PendingPage | null) => P;
}

/**
 * One traversal of a list: an iterator that knows its position and how it ended.
 *
 * `next()` blocks while a page is fetched. If it throws, call it again: it requests the same page, so nothing is
 * skipped and nothing repeats.
 */
export class SyncWalk<P extends BasePage<unknown>, V> extends BaseSyncWalk<V> {
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
    return this.#core.hasBuffered;
  }

  /** @internal */
  override shift(): V {
    return this.#core.shift();
  }

  /** @internal Returns the next buffered value without consuming it; `undefined` where there is none. */
  peek(): unknown {
    return this.#core.peek();
  }

  /** @internal */
  override fillBuffer(): boolean {
    const core = this.#core;
    try {
      while (!core.hasBuffered) {
        if (core.openNext()) this.#fetchAhead();
        else if (!this.#fetch()) {
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
    this.#core.receive(this.#setup.open(planned, ahead), planned.resumption);
    return true;
  }

  /** Requests the page after the open one without waiting for it. */
  #fetchAhead(): void {
    if (this.#core.options.prefetch === 0 || this.#ahead !== null) return;
    try {
      const planned = this.#core.plan();
      if (planned !== null) this.#ahead = this.#setup.source.fetchAhead?.(planned.request) ?? null;
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
