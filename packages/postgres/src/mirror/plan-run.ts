import { type RangeParams, rangeParams } from "pageturn/catalog";
import { bucketWidth, dayParam, isDaily } from "../catalog/list-source.ts";
import type { StoredList } from "./list-store.ts";

/** A part of a run before it is stored. */
export interface PlannedPart {
  readonly pathArgs: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The day of a request for one day. */
  readonly bucket: string | null;
}

/** What a run covers. */
export interface PlannedRun {
  /** `null`: no bound. Both are `null` for snapshots. */
  readonly from: Date | null;
  readonly to: Date | null;
  /** The position of the list when the run is complete. */
  readonly position: Date;
  /** The requests for one path. */
  readonly parts: readonly Omit<PlannedPart, "pathArgs">[];
}

const DAY = 86_400_000;
/** Without a start, the slices of a first run are inside this time, and one is for all before it. */
const SLICED = 365 * DAY;

/** Whether a run of a list is due. A time that is further away than the interval of the list is of a clock that was ahead. */
export function isDue({ nextRunAt, every }: Pick<StoredList, "nextRunAt" | "every">, now: Date): boolean {
  const wait = nextRunAt.getTime() - now.getTime();
  return wait <= 0 || wait > every * 1000;
}

/**
 * The run that is next for a list at a position; `null` if there is nothing to request. The range is fixed when the run begins: a run
 * that is continued later covers the same range.
 *
 * A position in the future, behind which there is nothing to request, is of a clock that was ahead. What was seen until when is not known
 * then: the run begins at the start of the list.
 */
export function planRun(list: StoredList, { position, now, from }: PlanOptions): PlannedRun | null {
  const run = planFrom(list, { position, now, from });
  return run === null && position !== null && position > now ? planFrom(list, { position: null, now }) : run;
}

interface PlanOptions {
  /** Up to this time everything was seen; `null` before the first complete run. */
  readonly position: Date | null;
  readonly now: Date;
  /** The range begins here, if the position would let it begin later. */
  readonly from?: Date | undefined;
}

function planFrom(list: StoredList, options: PlanOptions): PlannedRun | null {
  switch (list.mode) {
    case "snapshot":
      return { from: null, to: null, position: options.now, parts: [{ parameters: {}, bucket: null }] };
    case "feed":
      return planFeed(list, options);
    case "buckets":
      return planBuckets(list, options);
  }
}

/**
 * Where the range of the next run begins, after one that has moved the list to a position: in milliseconds, and before `since` as well.
 * `null` for snapshots, which have no range.
 */
export function nextStart(
  { list, mode, parameters, lookback, overlap }: StoredList,
  position: Date,
): number | null {
  if (mode === "snapshot") return null;
  if (mode === "feed") return position.getTime() - overlap * 1000;
  const width = bucketWidth(list, parameters);
  return Math.floor((position.getTime() - lookback * 1000) / width) * width;
}

/** The start of a list, before which no run requests anything, in milliseconds; `null` if there is none. */
export function firstStart({ list, mode, parameters, since }: StoredList, now: Date): number | null {
  if (mode !== "buckets") return since?.getTime() ?? null;
  const width = bucketWidth(list, parameters);
  return Math.floor((since?.getTime() ?? now.getTime() - 30 * DAY) / width) * width;
}

function planFeed(list: StoredList, { position, now, from: given }: PlanOptions): PlannedRun | null {
  const range = rangeParams(list.list);
  if (range === undefined) throw new TypeError(`${list.list.id} has no range of time`);
  const to = now.getTime() - list.delay * 1000;
  const since = firstStart(list, now);
  const again = position === null ? null : earlier(nextStart(list, position), given);
  const from = again === null ? since : Math.max(again, since ?? again);
  if ((from ?? -Infinity) >= to) return null;
  const isLong = position === null || given !== undefined;
  const bounds = isLong ? slices({ from, to, count: list.slices }) : [from, to];
  const parts = bounds.slice(1).map((end, index) => {
    const start = bounds[index] ?? null;
    return { parameters: rangeOf(range, { start, end: end ?? to }), bucket: null };
  });
  // The newest slice is first: it is the one that readers miss most.
  return {
    from: from === null ? null : new Date(from),
    to: new Date(to),
    position: new Date(to),
    parts: parts.reverse(),
  };
}

function earlier(start: number | null, given: Date | undefined): number | null {
  return start === null || given === undefined ? start : Math.min(start, given.getTime());
}

function planBuckets(list: StoredList, { position, now, from: given }: PlanOptions): PlannedRun | null {
  const width = bucketWidth(list.list, list.parameters);
  const floor = (time: number) => Math.floor(time / width) * width;
  const end = now.getTime() - list.delay * 1000;
  // The bucket that is not over yet is requested too. The position stays at its start, so that it is requested again.
  const to = floor(end) + width;
  const since = firstStart(list, now) ?? to;
  const again = position === null ? null : earlier(nextStart(list, position), given);
  const from = Math.max(since, floor(again ?? since));
  if (from >= to) return null;
  const isLong = position === null || given !== undefined;
  const days = dayRequests(list, { from, to });
  const parts =
    days ??
    bucketSlices({ from, to, width, count: isLong ? list.slices : 1 }).map(([start, stop]) => ({
      parameters: rangeOf(requiredRange(list), { start, end: stop }),
      bucket: null,
    }));
  return { from: new Date(from), to: new Date(to), position: new Date(floor(end)), parts };
}

/** Which rows of the table of a list belong to a part: those of a parent, and those of a range of buckets. `null`: all. */
export function partRows(
  list: StoredList,
  { pathArgs, parameters, bucket }: PlannedPart,
): { readonly parent: string | null; readonly from: string | null; readonly to: string | null } {
  const parent = list.parentId === null ? null : JSON.stringify(pathArgs);
  if (list.mode !== "buckets") return { parent, from: null, to: null };
  if (bucket !== null) {
    return { parent, from: bucket, to: new Date(Date.parse(bucket) + DAY).toISOString() };
  }
  const range = requiredRange(list);
  const [from, to] = [range.from, range.to].map((name) => new Date(String(parameters[name])).toISOString());
  return { parent, from: from ?? null, to: to ?? null };
}

/** One request for each day, where the rows of a request are totals over its range. */
function dayRequests(
  { list }: StoredList,
  { from, to }: { from: number; to: number },
): PlannedRun["parts"] | undefined {
  const day = dayParam(list);
  if (!isDaily(list)) return undefined;
  const range = day === undefined ? requiredRange({ list }) : undefined;
  const requests: { parameters: Record<string, unknown>; bucket: string }[] = [];
  for (let start = from; start < to; start += DAY) {
    const bucket = new Date(start).toISOString();
    const date = { [day ?? ""]: bucket.slice(0, 10) };
    requests.push({
      parameters: range === undefined ? date : rangeOf(range, { start, end: start + DAY }),
      bucket,
    });
  }
  return requests;
}

function requiredRange({ list }: Pick<StoredList, "list">): RangeParams {
  const range = rangeParams(list);
  if (range === undefined) throw new TypeError(`${list.id} has no range of time`);
  return range;
}

function slices({ from, to, count }: { from: number | null; to: number; count: number }): (number | null)[] {
  if (count === 1) return [from, to];
  const start = from ?? to - SLICED;
  const pieces = from === null ? count - 1 : count;
  const bounds: (number | null)[] = from === null ? [null] : [];
  for (let index = 0; index < pieces; index += 1) {
    const bound = Math.floor(start + ((to - start) / pieces) * index);
    if (bounds.length === 0 || bound > (bounds.at(-1) ?? -Infinity)) bounds.push(bound);
  }
  return [...bounds, to];
}

function bucketSlices(options: {
  from: number;
  to: number;
  width: number;
  count: number;
}): readonly [number, number][] {
  const { from, to, width, count } = options;
  const buckets = Math.round((to - from) / width);
  const size = Math.max(1, Math.ceil(buckets / count)) * width;
  const parts: [number, number][] = [];
  for (let start = from; start < to; start += size) parts.push([start, Math.min(to, start + size)]);
  return parts;
}

function rangeOf(
  range: RangeParams,
  { start, end }: { start: number | null; end: number },
): Readonly<Record<string, unknown>> {
  // A list that leaves out its start is asked for a millisecond more. What is seen twice has the same key.
  const from = start === null ? undefined : written(start - (range.bounds === "exclusive" ? 1 : 0), range);
  return { ...(from !== undefined && { [range.from]: from }), [range.to]: written(end, range) };
}

function written(time: number, { isDate }: RangeParams): string {
  const text = new Date(time).toISOString();
  return isDate ? text.slice(0, 10) : text.replace(".000Z", "Z");
}
