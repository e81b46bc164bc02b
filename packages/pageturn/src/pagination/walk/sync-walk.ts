import type { Checkpoint } from "../../errors/checkpoint.ts";
import { openSyncPage, type SyncPageClass } from "../list/open-page.ts";
import type { BasePage } from "../page/base-page.ts";
import { BaseSyncWalk } from "./base-sync-walk.ts";
import type { PendingPage, SyncListSource } from "./list-source.ts";
import type { Outcome, Tally } from "./outcome.ts";
import { resumed, WalkCore, type WalkSetup } from "./walk-core.ts";

/** What a {@link SyncWalk} goes through. */
export interface SyncWalkSetup<P> extends WalkSetup<P> {
  readonly source: SyncListSource;
}

/**
 * One traversal of a list: an iterator that knows where it stands and how it ended.
 *
 * `next()` blocks while a page is fetched. One that threw can be called again: it asks for the same page, so
 * nothing is skipped and nothing repeats.
 */
export class SyncWalk<P extends BasePage<unknown>, V> extends BaseSyncWalk<V> {
  readonly #core: WalkCore<P, V>;
  readonly #Page: SyncPageClass<P>;
  readonly #setup: SyncWalkSetup<P>;
  /** The page that travels while the consumer works. */
  #ahead: PendingPage | null = null;

  constructor(Page: SyncPageClass<P>, setup: SyncWalkSetup<P>) {
    super();
    this.#Page = Page;
    this.#setup = resumed(setup);
    this.#core = new WalkCore(this.#setup);
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
    return this.#core.ready;
  }

  /** @internal */
  override take(): V {
    return this.#core.take();
  }

  /** @internal The value on hand, not handed out; undefined where there is none. */
  peek(): unknown {
    return this.#core.peek();
  }

  /** @internal */
  override fill(): boolean {
    const core = this.#core;
    try {
      while (!core.ready) {
        if (core.open()) this.#runAhead();
        else if (!this.#turn()) {
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

  /** Fetches the page that comes next; false at the end. */
  #turn(): boolean {
    const request = this.#core.plan();
    if (request === null) return false;
    const ahead = this.#ahead;
    this.#ahead = null;
    this.#core.receive(openSyncPage(this.#Page, this.#setup.source, request, ahead));
    return true;
  }

  /** Asks for the page behind the one on hand, to be waited for when the consumer comes to it. */
  #runAhead(): void {
    if (this.#core.options.prefetch === 0 || this.#ahead !== null) return;
    try {
      const request = this.#core.plan();
      if (request !== null) this.#ahead = this.#setup.source.fetchAhead?.(request) ?? null;
    } catch {
      // Where the server leads nowhere, the consumer is told when he comes there: it is tried again then.
    }
  }
}
