import { CheckpointError } from "../../errors/pagination-error.ts";
import { hasId, itemKey } from "../checkpoint/item-key.ts";
import type { BasePage } from "../page/base-page.ts";
import type { RecentKeys } from "./cycle-guard.ts";
import type { CheckedWalkOptions } from "./walk-options.ts";

/** What a walk hands out: items, or whole pages. */
export type WalkUnit = "items" | "pages";

/** What a walk hands out from one page. */
export interface Batch<P> {
  readonly page: P;
  /** The page's items in walking order, as far as the checkpoint speaks of them. */
  readonly items: readonly unknown[];
  /** Whether that is the opposite order of the page's own. */
  readonly reversed: boolean;
  /** What is handed out: some of the items, or the page. */
  readonly values: readonly unknown[];
  /** How many of `items` stand before and under each value; null where it is its place plus `skipped`. */
  readonly positions: readonly number[] | null;
  /** Items at the front that an earlier walk has handed out. */
  readonly skipped: number;
  /** How many items the values stand for. */
  readonly count: number;
  /** Items dropped by `distinctBy`. */
  readonly duplicates: number;
  /** Whether `maxItems` cut the values short. */
  readonly cut: boolean;
}

/** What a batch depends on, besides its page. */
export interface BatchOptions {
  readonly unit: WalkUnit;
  readonly options: CheckedWalkOptions;
  /** How many items the walk may still hand out. */
  readonly room: number;
  readonly recent: RecentKeys;
}

/** What a walk hands out from `page`. */
export function batchOf<P extends BasePage<unknown>>(
  page: P,
  { unit, options, room, recent }: BatchOptions,
): Batch<P> {
  const reversed = options.order === "traversal" && page.strategy.goesBackward?.(page.request) === true;
  const items = reversed ? page.getPaginatedItems().toReversed() : page.getPaginatedItems();
  const skipped = alreadyHandedOut(page, items, reversed);
  if (unit === "pages") {
    const isUsedUp = skipped > 0 && skipped === items.length;
    if (skipped > 0 && !isUsedUp) {
      throw new CheckpointError(
        `Cannot resume a walk by pages inside a page of ${page.request.path}: resume with items()`,
      );
    }
    return {
      page,
      items,
      reversed,
      values: isUsedUp ? [] : [page],
      positions: [items.length],
      skipped,
      count: isUsedUp ? 0 : items.length,
      duplicates: 0,
      cut: false,
    };
  }
  let values = skipped > 0 ? items.slice(skipped) : items;
  let positions: number[] | null = null;
  const fresh = values.length;
  if (options.distinctBy !== undefined) {
    const { distinctBy } = options;
    // All keys before any is noted: where one cannot be made, the page is asked for again, and nothing is a repeat.
    const keys = values.map((item) => distinctBy(item));
    positions = [];
    for (const [index, key] of keys.entries()) {
      // An item without a key is like no other.
      if ((key ?? null) === null || !recent.seen(key)) positions.push(skipped + index + 1);
    }
    values = positions.map((position) => items[position - 1]);
  }
  const duplicates = fresh - values.length;
  const cut = values.length > room;
  if (cut) values = values.slice(0, room);
  return { page, items, reversed, values, positions, skipped, count: values.length, duplicates, cut };
}

/** How many of the batch's items are used up once `taken` values were handed out. */
export function usedUp(batch: Batch<unknown>, taken: number): number {
  if (taken === batch.values.length && !batch.cut) return batch.items.length;
  if (taken === 0) return batch.skipped;
  return batch.positions?.[taken - 1] ?? batch.skipped + taken;
}

/** How many items at the front of the page an earlier walk has handed out; 0 where this is no resumed page. */
function alreadyHandedOut(page: BasePage<unknown>, items: readonly unknown[], reversed: boolean): number {
  if (page.resumption === null) return 0;
  const { offset, last } = page.resumption;
  if (offset < items.length && page.resumption.reversed !== reversed) {
    throw new CheckpointError(
      `Cannot resume the list of ${page.request.path} inside a page with another order: resume with order: ` +
        `"${reversed ? "api" : "traversal"}"`,
    );
  }
  if (offset <= items.length && itemKey(items[offset - 1]) === last) return offset;
  // Items that came or went before the position have moved it: it stands where its item stands now. Only an id tells that.
  const isLast = (item: unknown) => hasId(item) && item.id === last;
  const found = items.findIndex(isLast);
  if (found >= 0 && found === items.findLastIndex(isLast)) return found + 1;
  throw new CheckpointError(
    `Cannot resume the list of ${page.request.path} as it cannot be told where in its page the item is that it stood ` +
      "after: resume from an earlier checkpoint",
  );
}
