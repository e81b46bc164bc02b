import type { Checkpoint } from "../errors/checkpoint.ts";
import type { SyncItems } from "./base-sync-walk.ts";
import type { SyncFlatMapOptions } from "./flat-map-options.ts";
import { SyncFlatWalk } from "./sync-flat-walk.ts";

/**
 * Walks the lists that belong to the items of `list`, one after the other, and hands out what is in them.
 *
 * `each` makes the list of an item. The checkpoint of the walk covers both levels: pass it as `resumeFrom`. A call that
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
  const parent = (resumeFrom?: Checkpoint) => list.items({ resumeFrom });
  return new SyncFlatWalk<U>({ parent, list: each, options });
}
