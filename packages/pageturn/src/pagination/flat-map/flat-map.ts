import { checkList } from "../request/check-option.ts";
import type { AsyncItems } from "../walk/base-async-walk.ts";
import type { SyncItems } from "../walk/base-sync-walk.ts";
import { AsyncFlatWalk } from "./async-flat-walk.ts";
import type { AsyncFlatMapOptions, SyncFlatMapOptions } from "./flat-core.ts";
import { SyncFlatWalk } from "./sync-flat-walk.ts";

/**
 * Walks the lists that belong to the items of `list`, several at a time, and returns their items.
 *
 * `each` returns the list of an item. Lists are fetched while the lists before them are consumed, each no further
 * ahead than `prefetch` pages. The checkpoint of the walk covers both levels: pass it as `resumeFrom`. Throws
 * `ConfigurationError` or `CheckpointError`, before any request. Its twin is {@link flatMapSync}.
 *
 * @example
 * ```ts
 * const client = new AsyncAnthropic();
 * const versions = flatMap(client.skills.list(), (skill) => client.skills.versions.list(skill.id));
 * for await (const version of versions) console.log(version.id);
 * ```
 */
export function flatMap<T, U>(
  list: AsyncItems<T>,
  each: (item: T) => AsyncItems<U>,
  options?: AsyncFlatMapOptions,
): AsyncFlatWalk<U> {
  checkList("the first argument of flatMap", list);
  return new AsyncFlatWalk<U>({ list, each }, options);
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
  checkList("the first argument of flatMap", list);
  return new SyncFlatWalk<U>({ list, each }, options);
}
