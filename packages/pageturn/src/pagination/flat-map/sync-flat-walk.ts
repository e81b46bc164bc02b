import { type Checkpoint, ConfigurationError } from "../../errors/pageturn-error.ts";
import { count, refuseUnknown } from "../request/check-option.ts";
import { BaseSyncWalk, type SyncItems, type SyncItemWalk } from "../walk/base-sync-walk.ts";
import type { Outcome } from "../walk/outcome.ts";
import { checkSyncPrefetch } from "../walk/sync-walk.ts";
import { FLAT_MAP_OPTIONS, FlatCore, type FlatLists, type SyncFlatMapOptions } from "./flat-core.ts";

/**
 * One traversal of the lists that belong to the items of another list, one after the other.
 *
 * If `next()` throws, call it again: it requests the same page.
 */
export class SyncFlatWalk<V> extends BaseSyncWalk<V> {
  readonly #core: FlatCore<SyncItemWalk<unknown>, SyncItemWalk<V>>;

  /** Throws `ConfigurationError` or `CheckpointError`. */
  constructor(lists: FlatLists<SyncItems<unknown>, SyncItems<V>>, options: SyncFlatMapOptions = {}) {
    super();
    refuseUnknown("flatMap", options, FLAT_MAP_OPTIONS);
    const { concurrency = 1, order = "ordered", prefetch, onIncomplete, resumeFrom } = options;
    if (concurrency !== 1 || order !== "ordered") {
      throw new ConfigurationError(
        `Cannot use concurrency ${concurrency} and order "${order}" in flatMapSync: a call that blocks walks one list ` +
          "at a time. Leave them out, or use flatMap() with the asynchronous client",
      );
    }
    checkSyncPrefetch(count("prefetch", prefetch ?? 0));
    this.#core = new FlatCore({
      lists,
      name: "flatMapSync",
      prefetch: { each: prefetch },
      onIncomplete,
      resumeFrom,
    });
  }

  override get checkpoint(): Checkpoint {
    return this.#core.checkpoint;
  }

  override get outcome(): Outcome | null {
    return this.#core.outcome;
  }

  /** @internal */
  override get hasBuffered(): boolean {
    return this.#core.children[0]?.walk.hasBuffered === true;
  }

  /** @internal */
  override shift(): V {
    // The cast: where `hasBuffered` is true, there is a list with an item.
    return this.#core.children[0]?.walk.shift() as V;
  }

  /** @internal */
  override fillBuffer(): boolean {
    const core = this.#core;
    if (!core.isOver) core.outcome = null;
    try {
      while (!core.isOver && !this.hasBuffered) this.#step();
      return this.hasBuffered;
    } catch (error) {
      throw core.failed(error);
    }
  }

  override return(): IteratorResult<V, undefined> {
    this.#core.leave();
    return { value: undefined, done: true };
  }

  #step(): void {
    const core = this.#core;
    const [child] = core.children;
    if (child === undefined) {
      if (core.aim().fillBuffer()) core.start();
      else core.close();
    } else if (child.walk.fillBuffer()) child.isFresh = false;
    else core.remove(child);
  }
}
