import type { Checkpoint } from "../../errors/checkpoint.ts";
import type { AsyncPaginator } from "../list/async-paginator.ts";
import type { BaseAsyncPage } from "../list/base-async-page.ts";
import { SegmentedWalk, type SegmentOptions } from "./segmented-walk.ts";

/**
 * Walks a whole list, in its order, fetching from its start and from all of these places at once.
 *
 * The places are checkpoints of earlier walks of this list, in its order. The list may have changed since: the
 * items are those, and in the order, that a plain walk would give now. A place that is no longer met is passed
 * by, as are those that are out of order or there twice. Throws `CheckpointError` for one of another list.
 *
 * Items are known by their ids; those without meet where the pages are the same. The `maxItems`, `maxPages` and
 * `distinctBy` of the client's `walk` option are not used. A list that is asked for backward
 * (`before_id`) is walked from its start alone.
 * Only the async client has this: a call that blocks fetches one page at a time.
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
): SegmentedWalk<T> {
  return new SegmentedWalk<T>((walk, border) => list.itemsWithin(border, walk), checkpoints, options);
}
