import { atCaller } from "../errors/at-caller.ts";
import type { Checkpoint } from "../errors/checkpoint.ts";
import type { BasePage } from "./base-page.ts";
import type { SyncListSource } from "./list-source.ts";
import { openSyncPage, type SyncPageClass } from "./open-page.ts";
import type { Outcome } from "./outcome.ts";
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
    const core = this.#core;
    while (!core.ready) if (!core.open() && !this.#turn()) return { value: undefined, done: true };
    return { value: core.take(), done: false };
  }

  /** Leaves the walk: nothing more is asked for. A `break` out of a loop does this by itself. */
  return(): IteratorResult<V, undefined> {
    this.#core.leave();
    return { value: undefined, done: true };
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.#core.leave();
  }

  /** Fetches the page that comes next; false at the end. */
  #turn(): boolean {
    const core = this.#core;
    try {
      const request = core.plan();
      if (request === null) {
        core.close();
        return false;
      }
      core.receive(openSyncPage(this.#Page, this.#source, request));
      return true;
    } catch (error) {
      throw atCaller(core.failed(error), this.next);
    }
  }
}
