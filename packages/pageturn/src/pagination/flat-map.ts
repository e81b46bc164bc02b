import type { Checkpoint } from "../errors/checkpoint.ts";
import { AsyncFlatWalk } from "./async-flat-walk.ts";
import type { AsyncItems } from "./base-async-walk.ts";
import type { AsyncFlatMapOptions } from "./flat-map-options.ts";

/**
 * Walks the lists that belong to the items of `list`, several at a time, and hands out what is in them.
 *
 * `each` makes the list of an item. The lists are asked for while those before them are consumed, each no further
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
  const parent = (resumeFrom?: Checkpoint) => list.items({ prefetch: 1, resumeFrom });
  return new AsyncFlatWalk<U>({ parent, list: each, options });
}
