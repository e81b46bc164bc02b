import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { AsyncPaginator, type BaseAsyncPage } from "../list/async-paginator.ts";
import { callback, count, oneOf, refuseUnknown, wholeNumber } from "../request/check-option.ts";
import { isJsonObject } from "../request/page-request.ts";
import { cursorParameters, pageSizeOf, readParameter } from "../request/strategy.ts";
import type { TimeRange } from "../request/time-range.ts";
import type { ResumableWalkOptions } from "../walk/walk-options.ts";

/** A range of time. */
export interface DateRange {
  readonly from: Date;
  readonly to: Date;
}

/** What can be walked in slices: a list whose time range is known, or a function that returns the list of a range. */
export type SliceableList<T, P extends BaseAsyncPage<T>> =
  | AsyncPaginator<T, P>
  | ((range: DateRange) => AsyncPaginator<T, P>);

/** A point in time: a `Date`, text that `Date.parse()` reads, or milliseconds since 1970. */
export type TimePoint = Date | string | number;

/** Options of `sliceByTime()`. `resumeFrom` is the checkpoint of such a walk over the same list and range. */
export interface SliceByTimeOptions<T = unknown>
  extends Pick<ResumableWalkOptions, "resumeFrom" | "onIncomplete"> {
  /** The start of the range. An exclusive range is without it. Default: that of the list. */
  readonly from?: TimePoint | undefined;
  /** The end of the range. `bounds` says whether it belongs to it: a half-open range is without it. Default: that of the list, else now. */
  readonly to?: TimePoint | undefined;
  /** Into how many slices of the same length the range is divided. Default: four times `concurrency`. */
  readonly slices?: number | undefined;
  /** The length of a slice in milliseconds, instead of `slices`. */
  readonly every?: number | undefined;
  /** How many requests are sent at a time. Default 8. */
  readonly concurrency?: number | undefined;
  /** How many pages of all slices together to hold ahead of the consumer. Default: 32 times `concurrency`. */
  readonly prefetch?: number | undefined;
  /** Whether a slice with many pages is divided again while fewer than `concurrency` requests are sent. Default `true`. */
  readonly adaptive?: boolean | undefined;
  /**
   * `"desc"`: the list has its newest item first. `"asc"`: its oldest. Default: as the list says, else `"desc"`. A function
   * without `timeOf` must say it: nothing could notice the wrong one.
   */
  readonly order?: "desc" | "asc" | undefined;
  /**
   * Which ends the ranges of the API include: that of the whole range, too. Default: as the list says, else `"half-open"`,
   * with `from` and without `to`. Any other needs `timeOf`.
   */
  readonly bounds?: TimeRange["bounds"] | undefined;
  /** Slices begin at multiples of so many milliseconds since 1970: one day for an API that takes dates. Default 1. */
  readonly align?: number | undefined;
  /**
   * Returns the time of an item. It lets the walk divide dense slices, and check range and order; an item without a time is
   * an error. Default: the field that the list names. `null`: the items have no time.
   */
  readonly timeOf?: ((item: T) => TimePoint) | null | undefined;
}

const OPTION_NAMES = [
  ...["from", "to", "slices", "every", "concurrency", "prefetch", "adaptive", "order", "bounds", "align"],
  ...["timeOf", "resumeFrom", "onIncomplete"],
];

/** Two borders, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a walk in slices traverses, checked. */
export interface SlicePlan<P extends BaseAsyncPage<T>, T> extends Span {
  /** The list of a range, whose borders are those of slices. */
  readonly listOf: (range: Span) => AsyncPaginator<T, P>;
  /** The borders of the slices in ascending order, with `from` and `to`. */
  readonly borders: readonly number[];
  readonly isDescending: boolean;
  readonly align: number;
  /** Whether items have a time. */
  readonly isTimed: boolean;
  /** The time of an item in milliseconds since 1970; `undefined` where it is not known. */
  readonly timeOf: (item: T) => number | undefined;
  readonly concurrency: number;
  readonly prefetch: number;
  readonly adaptive: boolean;
  readonly onIncomplete: ResumableWalkOptions["onIncomplete"];
}

/** More slices than this are a mistake in the unit of `every`. */
const MAX_SLICES = 10_000;

/** How many buckets a page is taken to have where its size is not known: a slice of fewer costs more requests. */
const BUCKETS_PER_PAGE = 7;

/** The plan of `sliceByTime()`. Throws {@link ConfigurationError} for arguments that cannot be used. */
export function slicePlan<T, P extends BaseAsyncPage<T>>(
  list: SliceableList<T, P>,
  options: SliceByTimeOptions<T>,
  resumedAt?: number,
): SlicePlan<P, T> {
  refuseUnknown("sliceByTime", options, OPTION_NAMES);
  if (typeof list !== "function" && !(list instanceof AsyncPaginator))
    throw refused(
      "its first argument must be a list of the asynchronous client, or a function that returns one",
    );
  const known = list instanceof AsyncPaginator ? timeRangeOf(list) : undefined;
  const concurrency = count("concurrency", options.concurrency ?? 8, 1);
  const prefetch = count("prefetch", options.prefetch ?? 32 * concurrency, 1);
  const order = oneOf("order", options.order ?? known?.order, ["desc", "asc"]);
  const bounds = oneOf("bounds", options.bounds ?? known?.bounds, ["half-open", "inclusive", "exclusive"]);
  const align = wholeNumber("align", options.align ?? known?.align ?? 1, { least: 1 });
  const timeOf =
    options.timeOf === null
      ? undefined
      : (callback("timeOf", options.timeOf) ?? (known && fieldOf(known.field)));
  if (bounds !== "half-open" && timeOf === undefined) throw refused(`bounds: "${bounds}" needs timeOf`);
  if (typeof list === "function" && timeOf === undefined && options.order === undefined)
    throw refused("a function needs timeOf or order: without them, items in the wrong order are not noticed");
  const query = list instanceof AsyncPaginator ? list.source.request.query : {};
  const own = known && { from: query[known.from], to: query[known.to] };
  const from = timePoint("from", options.from ?? own?.from);
  const to = timePoint("to", options.to ?? own?.to ?? resumedAt ?? Date.now());
  if (from > to) throw refused("from is after to");
  const span = { from, to };
  const replacesFrom = options.from !== undefined;
  const replacesTo = options.to !== undefined;
  const openBefore = bounds === "exclusive" ? 1 : 0;
  const minimum =
    list instanceof AsyncPaginator && known?.align ? align * (sizeOf(list) ?? BUCKETS_PER_PAGE) : align;
  return {
    ...span,
    listOf: (range) => {
      const first = range.from === from ? from : range.from - openBefore;
      if (!(list instanceof AsyncPaginator)) return checkedList(list(datesOf({ from: first, to: range.to })));
      const changes: Record<string, string> = {};
      // The list's own bounds stay as they are written: they may be more precise than milliseconds.
      if (known !== undefined && (replacesFrom || range.from !== from)) changes[known.from] = iso(first);
      if (known !== undefined && (replacesTo || range.to !== to || own?.to === undefined))
        changes[known.to] = iso(range.to);
      return list.withQuery(changes);
    },
    borders: bordersOf(span, { ...options, concurrency, align, minimum }),
    isDescending: order === "desc",
    align,
    isTimed: timeOf !== undefined,
    timeOf: (item) => {
      const time = timeOf === undefined ? undefined : milliseconds(timeOf(item));
      return time === undefined || Number.isNaN(time) ? undefined : Math.floor(time);
    },
    concurrency,
    prefetch,
    adaptive: timeOf !== undefined && options.adaptive !== false,
    onIncomplete: options.onIncomplete,
  };
}

function bordersOf(
  { from, to }: Span,
  {
    slices,
    every,
    concurrency,
    align,
    minimum,
  }: Pick<SliceByTimeOptions, "slices" | "every"> & {
    concurrency: number;
    align: number;
    minimum: number;
  },
): readonly number[] {
  if (slices !== undefined && every !== undefined) throw refused("it takes either slices or every");
  const least = Math.ceil((to - from) / minimum);
  const wanted =
    every === undefined
      ? wholeNumber("slices", slices ?? Math.min(4 * Math.min(concurrency, 64), Math.max(least, 1)), {
          least: 1,
        })
      : Math.ceil((to - from) / wholeNumber("every", every, { least: 1 }));
  if (wanted > MAX_SLICES)
    throw refused(`it would make ${wanted} slices; at most ${MAX_SLICES} are possible`);
  const step = every ?? (to - from) / wanted;
  const inner = Array.from({ length: Math.max(0, wanted - 1) }, (_, index) => {
    const border = from + step * (index + 1);
    return Math.floor(border / align) * align;
  }).filter((border) => border > from && border < to);
  return [from, ...new Set(inner), to];
}

function timeRangeOf<T, P extends BaseAsyncPage<T>>(list: AsyncPaginator<T, P>): TimeRange {
  const { source, strategy } = list;
  const { timeRange, request } = source;
  const { path } = request;
  if (timeRange === undefined)
    throw refused(`no time range of ${path} is known: pass a function that returns the list of a range`);
  if (timeRange.unsliceable !== undefined)
    throw refused(`${path} cannot be sliced: ${timeRange.unsliceable}`);
  const hasCursor = cursorParameters(strategy).some(
    (each) => !(typeof each === "object" && "path" in each) && (readParameter(request, each) ?? "") !== "",
  );
  if (hasCursor || source.start !== undefined)
    throw refused(`the list of ${path} must begin at its start: pass resumeFrom to sliceByTime()`);
  return timeRange;
}

function sizeOf<T, P extends BaseAsyncPage<T>>(list: AsyncPaginator<T, P>): number | undefined {
  return pageSizeOf(list.strategy, list.source.request, list.source.defaultPageSize);
}

function checkedList<L>(list: L): L {
  if (list instanceof AsyncPaginator) return list;
  throw refused("its function must return a list of the asynchronous client");
}

function fieldOf(field: string): (item: unknown) => unknown {
  return (item) => (isJsonObject(item) ? item[field] : undefined);
}

function timePoint(name: string, value: unknown): number {
  const time = milliseconds(value);
  if (time !== undefined && Number.isFinite(time)) return Math.floor(time);
  throw refused(
    value === undefined
      ? `${name} is missing: pass it as an option, or restrict the list`
      : `${name} must be a Date, an ISO 8601 text or milliseconds`,
  );
}

function milliseconds(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "string") return Date.parse(value);
  return value instanceof Date ? value.getTime() : undefined;
}

function datesOf({ from, to }: Span): DateRange {
  return { from: new Date(from), to: new Date(to) };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function refused(why: string): ConfigurationError {
  return new ConfigurationError(`Cannot use sliceByTime() as ${why}`);
}
