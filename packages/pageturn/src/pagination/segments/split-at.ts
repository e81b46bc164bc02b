import { type Checkpoint, ConfigurationError } from "../../errors/pageturn-error.ts";
import { AsyncPaginator } from "../list/async-paginator.ts";
import type { BaseAsyncPage } from "../list/base-async-page.ts";
import { SegmentedWalk, type SegmentOptions } from "./segmented-walk.ts";

/**
 * Walks a whole list in its order, and fetches from its start and from all of these checkpoints at once.
 *
 * The checkpoints come from earlier walks of this list, in its order. The list may have changed since: the items, and
 * their order, are those that a plain walk would return now. A position that is no longer met is skipped, as are
 * positions that are out of order or repeat. Throws `CheckpointError` for a checkpoint of another list.
 *
 * Items are recognised by their ids; items without one join where the pages are the same. The `maxItems`, `maxPages`
 * and `distinctBy` of the client's `walk` option are not used. A list that is requested backward (`before_id`) is
 * walked from its start alone. Only the async client has this: a call that blocks fetches one page at a time.
 *
 * @example
 * ```ts
 * const { models } = new AsyncAnthropic();
 * const first = models.list({ limit: 10 }).pages();
 * const places: Checkpoint[] = [];
 * for await (const _ of first) places.push(first.checkpoint);
 * for await (const model of splitAt(models.list({ limit: 10 }), places)) console.log(model.id);
 * ```
 */
export function splitAt<T, P extends BaseAsyncPage<T>>(
  list: AsyncPaginator<T, P>,
  checkpoints: readonly Checkpoint[],
  options?: SegmentOptions,
): SegmentedWalk<P, T> {
  if (!(list instanceof AsyncPaginator) || !Array.isArray(checkpoints)) {
    throw new ConfigurationError(
      "Cannot use splitAt() with these arguments: they must be a list of the asynchronous client and an array of checkpoints",
    );
  }
  return new SegmentedWalk<P, T>(list, checkpoints, options);
}
