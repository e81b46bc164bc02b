import { ConfigurationError } from "../../errors/pageturn-error.ts";
import type { BasePage } from "../page/base-page.ts";
import { count, refuseUnknown } from "../request/check-option.ts";
import { BaseSyncWalk } from "../walk/base-sync-walk.ts";
import { checkSyncPrefetch, type SyncItems, type SyncWalk } from "../walk/sync-walk.ts";
import { FLAT_MAP_OPTIONS, FlatCore, type FlatLists, type SyncFlatMapOptions } from "./flat-core.ts";

type ItemWalk = SyncWalk<BasePage<unknown>, unknown>;

/** One traversal of the lists that belong to the items of another list, one after the other. */
export class SyncFlatWalk<V> extends BaseSyncWalk<V> {
  /** @internal */
  static override readonly pageturnClass: string = "SyncFlatWalk";

  readonly #core: FlatCore<ItemWalk>;

  /** Throws `ConfigurationError` or `CheckpointError`. */
  constructor(lists: FlatLists<SyncItems<unknown>>, options?: SyncFlatMapOptions | null) {
    super();
    refuseUnknown("flatMapSync", options, FLAT_MAP_OPTIONS);
    const { onIncomplete, resumeFrom } = options ?? {};
    const [concurrency, order] = [options?.concurrency ?? 1, options?.order ?? "ordered"];
    if (concurrency !== 1 || order !== "ordered")
      throw new ConfigurationError(
        `Cannot use concurrency ${concurrency} and order "${order}" in flatMapSync: a call that blocks walks one list ` +
          "at a time. Leave them out, or use flatMap() with the asynchronous client",
      );
    checkSyncPrefetch(count("prefetch", options?.prefetch ?? 0));
    this.#core = new FlatCore(lists, {
      name: "flatMapSync",
      prefetch: options?.prefetch ?? undefined,
      onIncomplete,
      resumeFrom,
    });
  }

  /** @internal */
  override get core(): FlatCore<ItemWalk> {
    return this.#core;
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

/**
 * Walks the lists that belong to the items of `list`, one after the other, and returns their items.
 *
 * `each` returns the list of an item. The checkpoint of the walk covers both levels: pass it as `resumeFrom`. A call that
 * blocks walks one list at a time: {@link flatMap}, its twin, walks several.
 *
 * @example
 * ```ts
 * const client = new Anthropic();
 * const versions = flatMapSync(client.skills.list(), (skill) => client.skills.versions.list(skill.id));
 * for (const version of versions) console.log(version.id);
 * ```
 */
export function flatMapSync<T, U>(
  list: SyncItems<T>,
  each: (item: T) => SyncItems<U>,
  options?: SyncFlatMapOptions,
): SyncFlatWalk<U> {
  return new SyncFlatWalk<U>({ list, each }, options);
}
