import type { Checkpoint } from "../../errors/checkpoint.ts";
import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { BaseSyncWalk, type SyncItems, type SyncItemWalk } from "../walk/base-sync-walk.ts";
import type { Outcome } from "../walk/outcome.ts";
import { type FlatCheckpoint, FlatCore, type SyncFlatMapOptions } from "./flat-core.ts";

/** What a {@link SyncFlatWalk} goes through. */
export interface SyncFlatSetup<V> {
  readonly parent: (resumeFrom?: Checkpoint) => SyncItemWalk<unknown>;
  /** A method, as its items are the parent's: of which type those are is no matter here. */
  list(item: unknown): SyncItems<V>;
  readonly options: SyncFlatMapOptions | undefined;
}

/**
 * One traversal of the lists that belong to the items of another list, one after the other.
 *
 * A `next()` that threw has lost nothing: the next one asks for the same page.
 */
export class SyncFlatWalk<V> extends BaseSyncWalk<V, FlatCheckpoint> {
  readonly #core: FlatCore<SyncItemWalk<unknown>, SyncItemWalk<V>>;

  /** Throws `ConfigurationError` or `CheckpointError`. */
  constructor({ parent, list, options = {} }: SyncFlatSetup<V>) {
    super();
    const { concurrency = 1, order = "kept", prefetch, resumeFrom } = options;
    if (concurrency !== 1 || order !== "kept") {
      throw new ConfigurationError(
        `Cannot walk with concurrency ${concurrency} and order "${order}" as a call that blocks walks one list at ` +
          "a time: leave them out, or use AsyncAnthropic",
      );
    }
    const child = (item: unknown, from: Checkpoint | undefined) =>
      list(item).items({ prefetch, resumeFrom: from });
    this.#core = new FlatCore({ parent, child, resumeFrom });
  }

  override get checkpoint(): FlatCheckpoint {
    return this.#core.checkpoint;
  }

  override get outcome(): Outcome | null {
    return this.#core.outcome;
  }

  /** @internal */
  override get ready(): boolean {
    return this.#core.children[0]?.walk.ready === true;
  }

  /** @internal */
  override take(): V {
    // The cast: where `ready`, there is a list, and it has an item.
    return this.#core.children[0]?.walk.take() as V;
  }

  /** @internal */
  override fill(): boolean {
    const core = this.#core;
    if (!core.isOver) core.outcome = null;
    try {
      while (!core.isOver && !this.ready) this.#step();
      return this.ready;
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
      if (core.aim().fill()) core.start();
      else core.close();
    } else if (child.walk.fill()) child.isFresh = false;
    else core.remove(child);
  }
}
