import { CheckpointError } from "../../errors/pagination-error.ts";
import { hasId, itemKey } from "../checkpoint/checkpoint.ts";
import type { BasePage, Resumption } from "../page/base-page.ts";
import { isThenable, refusePromises } from "../request/check-option.ts";
import type { RecentKeys } from "./cycle-guard.ts";
import type { CheckedWalkOptions } from "./walk-options.ts";

/** What a walk returns: items, or whole pages. */
export type WalkUnit = "items" | "pages";

/** The part of a page that a walk returns. */
export interface PageSlice<P> {
  readonly page: P;
  /** The items of the page in walking order. The offset of a checkpoint counts these. */
  readonly items: readonly unknown[];
  /** The same items as the server sent them: these have the keys. */
  readonly sent: readonly unknown[];
  /** Whether that is the opposite order of the page. */
  readonly reversed: boolean;
  /** What is returned: some of the items, or the page. */
  readonly values: readonly unknown[];
  /** For each value, how many of `items` end with it; `null` where that is its index plus `skipped` plus one. */
  readonly positions: readonly number[] | null;
  /** Items at the front that an earlier walk has returned. */
  readonly skipped: number;
  /** How many items the values stand for. */
  readonly count: number;
  /** Items that `distinctBy` dropped. */
  readonly duplicates: number;
  /** Whether `maxItems`, `while` or `until` cut the values short. */
  readonly cut: boolean;
  /** The option that ends the walk with this page; `null` where none does. */
  readonly endedBy: "while" | "until" | null;
  /** The request that follows the page, where an earlier walk has fixed it; otherwise the page says it. */
  readonly pinned: Resumption["pinned"];
  /** Whether items of the page belong to the page that follows: they appeared in front of its first item since. */
  readonly startsWithNewItems: boolean;
}

/** What a slice depends on, apart from its page. */
export interface SliceOptions {
  readonly unit: WalkUnit;
  readonly options: CheckedWalkOptions;
  /** How many items the walk may still return. */
  readonly room: number;
  readonly recent: RecentKeys;
  /** Where in the page a resumed walk begins. */
  readonly resumption: Resumption | undefined;
}

/** The part of `page` that a walk returns. */
export function sliceOf<P extends BasePage<unknown>>(
  page: P,
  { unit, options, room, recent, resumption }: SliceOptions,
): PageSlice<P> {
  const reversed = options.order === "traversal" && page.strategy.isBackward?.(page.request) === true;
  const own = page.walkItems;
  const items = reversed ? own.toReversed() : own;
  const { sentItems } = page;
  const sent = sentItems === own ? items : reversed ? sentItems.toReversed() : sentItems;
  const skipped = resumption === undefined ? 0 : alreadyReturned(page, { items: sent, reversed, resumption });
  const pinned = resumption?.pinned;
  const startsWithNewItems =
    pinned !== undefined && itemKey(sent[0]) !== pinned.first && indexOfId(page, sent, pinned.first) > 0;
  const common = { page, items, sent, reversed, skipped, pinned, startsWithNewItems };
  if (unit === "pages") {
    const isUsedUp = skipped > 0 && skipped === items.length;
    if (skipped > 0 && !isUsedUp)
      throw new CheckpointError(
        `Cannot resume a walk by pages inside a page of ${page.request.path}: resume with items()`,
      );
    const [values, count] = isUsedUp ? [[], 0] : [[page], items.length];
    const { endedBy } = endOf(items, options);
    return { ...common, values, positions: [items.length], count, duplicates: 0, cut: false, endedBy };
  }
  let values = skipped > 0 ? items.slice(skipped) : items;
  let positions: number[] | null = null;
  const { length } = values;
  if (options.distinctBy !== undefined) {
    const { distinctBy } = options;
    // All keys before any is noted: if one cannot be made, the page is requested again, and nothing is a repeat.
    const keys = values.map((item) => distinctBy(item));
    refuseAsync("distinctBy", "the key itself", keys);
    positions = [];
    for (const [index, key] of keys.entries()) {
      // An item without a key is unlike any other.
      if ((key ?? null) === null || !recent.seen(key)) positions.push(skipped + index + 1);
    }
    values = positions.map((position) => items[position - 1]);
  }
  const duplicates = length - values.length;
  const end = endOf(values, options);
  const most = Math.min(room, end.at);
  const cut = values.length > most;
  if (cut) values = values.slice(0, most);
  return {
    ...common,
    values,
    positions,
    count: values.length,
    duplicates,
    cut,
    endedBy: end.at <= room ? end.endedBy : null,
  };
}

/** How many of the values come before the end that `while` and `until` set, and which of them sets it. */
function endOf(
  values: readonly unknown[],
  { while: goesOn, until }: CheckedWalkOptions,
): { readonly at: number; readonly endedBy: PageSlice<unknown>["endedBy"] } {
  if (goesOn !== undefined || until !== undefined)
    for (const [index, value] of values.entries()) {
      if (checked("while", goesOn?.(value)) === false) return { at: index, endedBy: "while" };
      if (checked("until", until?.(value)) === true) return { at: index + 1, endedBy: "until" };
    }
  return { at: Number.POSITIVE_INFINITY, endedBy: null };
}

/** What the function of an option returned. Throws {@link ConfigurationError} for a promise. */
function checked(option: "while" | "until", answer: boolean | undefined): boolean | undefined {
  if (isThenable(answer)) refuseAsync(option, "true or false", [answer]);
  return answer;
}

function refuseAsync(option: string, rule: string, answers: readonly unknown[]): void {
  refusePromises(answers, `Cannot use the option ${option} as it must return ${rule}: it returned a promise`);
}

/** How many of the items of a slice are used up after `shifted` values. */
export function usedUp(slice: PageSlice<unknown>, shifted: number): number {
  if (shifted === slice.values.length && !slice.cut) return slice.items.length;
  if (shifted === 0) return slice.skipped;
  return slice.positions?.[shifted - 1] ?? slice.skipped + shifted;
}

/** How many items at the front of the page an earlier walk has returned. */
function alreadyReturned(
  page: BasePage<unknown>,
  { items, reversed, resumption }: { items: readonly unknown[]; reversed: boolean; resumption: Resumption },
): number {
  const { offset, last } = resumption;
  if (offset < items.length && resumption.reversed !== reversed)
    throw new CheckpointError(
      `Cannot resume the list of ${page.request.path} inside a page in another order: resume with order: ` +
        `"${reversed ? "api" : "traversal"}"`,
    );
  if (offset <= items.length && itemKey(items[offset - 1]) === last) return offset;
  // Items that came or went in front of the position have moved it to where its item is now. Only an id tells that.
  return indexOfId(page, items, last) + 1;
}

function indexOfId(page: BasePage<unknown>, items: readonly unknown[], id: string): number {
  const isIt = (item: unknown) => hasId(item) && itemKey(item) === id;
  const found = items.findIndex(isIt);
  if (found >= 0 && found === items.findLastIndex(isIt)) return found;
  throw new CheckpointError(
    `Cannot resume the list of ${page.request.path}: the item before the checkpoint is not in its page any more, or ` +
      "is there more than once. Resume from an earlier checkpoint",
  );
}
