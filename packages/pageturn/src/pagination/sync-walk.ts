import { atCaller } from "../errors/at-caller.ts";
import type { Checkpoint } from "../errors/checkpoint.ts";
import type { BasePage } from "./base-page.ts";
import type { PendingPage, SyncListSource } from "./list-source.ts";
import { openSyncPage, type SyncPageClass } from "./open-page.ts";
import type { Outcome } from "./outcome.ts";
import type { PageRequest } from "./page-request.ts";
import { WalkCore, type WalkSetup } from "./walk-core.ts";

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
export class SyncWalk<P extends BasePage<unknown>, V> implements IterableIterator<V, undefined, undefined> {
  readonly #core: WalkCore<P, V>;
  readonly #Page: SyncPageClass<P>;
  readonly #source: SyncListSource;
  /** The page that travels while the consumer works. */
  #ahead: PendingPage | null = null;

  constructor(Page: SyncPageClass<P>, setup: SyncWalkSetup<P>) {
    this.#core = new WalkCore(setup);
    this.#Page = Page;
    this.#source = setup.source;
  }

  /** The position after the last value handed out; pass it as `resumeFrom` to go on from there. */
  get checkpoint(): Checkpoint {
    return this.#core.checkpoint;
  }

  /** How the walk ended; null while it goes on. */
  get outcome(): Outcome | null {
    return this.#core.outcome;
  }

  next(): IteratorResult<V, undefined> {
    // Small enough to vanish into the caller's loop: an item on hand costs no call.
    return this.#core.ready ? { value: this.#core.take(), done: false } : this.#pull();
  }

  /** Leaves the walk: what is under way is aborted. A `break` out of a loop does this by itself. */
  return(): IteratorResult<V, undefined> {
    this.#core.leave();
    this.#ahead?.cancel();
    this.#ahead = null;
    return { value: undefined, done: true };
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.return();
  }

  #pull(): IteratorResult<V, undefined> {
    const core = this.#core;
    try {
      while (!core.ready) {
        if (core.open()) this.#runAhead();
        else if (!this.#turn()) {
          core.close();
          return { value: undefined, done: true };
        }
      }
      return { value: core.take(), done: false };
    } catch (error) {
      throw atCaller(core.failed(error), this.next);
    }
  }

  /** Fetches the page that comes next; false at the end. */
  #turn(): boolean {
    const request = this.#core.plan();
    if (request === null) return false;
    const ahead = this.#ahead;
    this.#ahead = null;
    this.#core.receive(openSyncPage(this.#Page, this.#source, request, ahead));
    return true;
  }

  /** Asks for the page behind the one on hand, to be waited for when the consumer comes to it. */
  #runAhead(): void {
    if (this.#core.options.prefetch === 0 || this.#ahead !== null) return;
    const request = this.#planAhead();
    if (request !== null) this.#ahead = this.#source.fetchAhead?.(request) ?? null;
  }

  /** Where the server leads nowhere, the consumer is told when he comes there: `plan()` throws again. */
  #planAhead(): PageRequest | null {
    try {
      return this.#core.plan();
    } catch {
      return null;
    }
  }
}
