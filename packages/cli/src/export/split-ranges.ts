import {
  type APIList,
  type RangeParams as CatalogRange,
  rangeParams as catalogRange,
} from "pageturn/catalog";
import { valueAt } from "../catalog/columns.ts";
import { type Flag, optionName, plainName } from "../catalog/list-arguments.ts";
import { isInDays } from "../catalog/time-value.ts";
import { UsageError } from "../failure.ts";
import { endOf, type Format } from "./formats.ts";

/** How an export is split into files. */
export type SplitBy = "day" | "month";

/** How an export is split, and which bounds of its range are those that were typed. */
export interface SplitRange {
  readonly by: SplitBy;
  /** Whether it begins with a whole day or month: its start was typed as a number of days or weeks. */
  readonly isStartWhole: boolean;
  /** Whether its end was typed; else it ends with the last whole day or month. */
  readonly isEndNamed: boolean;
}

/** One file of an export that is split. */
export interface ExportPart {
  readonly file: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Whether an item is in this part, where the list cannot be asked so exactly; else `undefined`. */
  readonly keeps: ((item: unknown) => boolean) | undefined;
}

/** The parameters of the range of time of a list. */
export interface RangeParams extends CatalogRange {
  /** Their options, as users type them. */
  readonly fromOption: string;
  readonly toOption: string;
}

/** The parameters of the range of time of a list; `undefined` if it has none. */
export function rangeParams(list: APIList): RangeParams | undefined {
  const range = catalogRange(list);
  return (
    range && {
      ...range,
      fromOption: optionName({ name: range.from }),
      toOption: optionName({ name: range.to }),
    }
  );
}

/** What users have to know of the files of a list whose rows are totals over the range that is asked for; else `undefined`. */
export function noteOfTotals({ id, time }: APIList, by: SplitBy): string | undefined {
  return time?.totals === true
    ? `The rows of ${id} are totals over the range that is asked for: each file has those of its ${by}.`
    : undefined;
}

type Parameters = Readonly<Record<string, unknown>>;

/**
 * The parameters of an export that is split by its range of time. Where no end was named, it is that of the last whole day or
 * month. Throws `UsageError` if the list cannot be split so.
 */
export function wholeRange(
  list: APIList,
  { by, parameters, now = new Date() }: { by: SplitBy; parameters: Parameters; now?: Date },
): Parameters {
  const range = splitRange(list, { by, parameters });
  const [begin, end] = [parameters[range.from], parameters[range.to]];
  const from = Date.parse(String(begin));
  const to = end === undefined ? periodStart(now.getTime(), by) : Date.parse(String(end));
  const isInstant = from === to && end !== undefined && range.bounds === "inclusive";
  if (from >= to && !isInstant) {
    throw new UsageError(
      `Cannot split ${list.id} by ${by} because ${
        end === undefined
          ? `no whole ${by} has passed since ${String(begin)}: name the end of the range with ${range.toOption}`
          : `the range from ${String(begin)} to ${String(end)} is empty: name a later end`
      }`,
    );
  }
  return { ...parameters, [range.to]: end ?? lastEnd(range, by, now) };
}

/**
 * Whether the start of a range was typed as a number of days or weeks. It is the begin of a day or month then: files of whole days are
 * those of a command of another day, too.
 */
export function isStartInDays(list: APIList, flags: readonly Flag[]): boolean {
  const from = rangeParams(list)?.from;
  return flags.some(
    ({ typed, value = "" }) => from !== undefined && plainName(typed) === plainName(from) && isInDays(value),
  );
}

/** The start of a range that begins with a whole day or month. */
export function wholeStart(
  list: APIList,
  { by, parameters }: { by: SplitBy; parameters: Parameters },
): Parameters {
  const range = rangeParams(list);
  if (range === undefined) return {};
  return { [range.from]: written(periodStart(Date.parse(String(parameters[range.from])), by), range) };
}

/** The end of the last whole day or month, which is the end of a range where none is named. */
export function lastEnd(range: RangeParams, by: SplitBy, now = new Date()): string {
  return written(periodStart(now.getTime(), by), range);
}

/** The parameters of the range of a list that is split. Throws `UsageError` if it has none, or no start. */
export function splitRange(
  list: APIList,
  { by, parameters }: { by: SplitBy; parameters: Parameters },
): RangeParams {
  return rangeFor(list, parameters, { option: "--split-by", what: `split ${list.id} by ${by}` });
}

/** The parameters of the range of a list that is requested by its time. Throws `UsageError` if it has none, or no start. */
export function rangeFor(
  list: APIList,
  parameters: Parameters,
  { option, what }: { option: string; what: string },
): RangeParams {
  const range = rangeParams(list);
  if (range === undefined) {
    throw new UsageError(`Cannot ${what} because it has no range of time: leave out ${option}`);
  }
  const other = list.queryParams.find(
    ({ name }) =>
      name !== range.from &&
      name !== range.to &&
      [range.from, range.to].some((own) => stemOf(own) === stemOf(name)) &&
      parameters[name] !== undefined,
  );
  if (other !== undefined) {
    const isEnd = /\blte?$/.test(plainName(other.name));
    throw new UsageError(
      `Cannot use ${optionName(other)} with ${option} because ${option} needs the range as ${range.fromOption} and ` +
        `${range.toOption}: use ${isEnd ? range.toOption : range.fromOption} instead`,
    );
  }
  if (parameters[range.from] === undefined) {
    throw new UsageError(`Cannot ${what} without ${range.fromOption}: name the start of the range`);
  }
  return range;
}

/** `created_at.gte` and `created_at[lt]` are about `created_at`. */
function stemOf(name: string): string {
  const [stem = ""] = name.split(/[[.]/);
  return stem;
}

/**
 * The files of an export that is split into days or months, in UTC. `parameters` are those of {@link wholeRange}. A file of a whole
 * day is the same in all ranges that have the day. So an end that belongs to its range, and is the begin of a day, is in a file of that
 * day; and a start that does not belong to its range is left out only where it was named.
 */
export function splitRanges(
  { list, file, format }: { list: APIList; file: string; format: Format },
  { by, parameters, isStartWhole, isEndNamed }: SplitRange & { parameters: Parameters },
): readonly ExportPart[] {
  const range = rangeParams(list);
  if (range === undefined) return [];
  const [begin, end] = [parameters[range.from], parameters[range.to]];
  const [from, to] = [Date.parse(String(begin)), Date.parse(String(end))];
  const starts = [from];
  const hasEnd = isEndNamed && range.bounds === "inclusive";
  for (let at = nextStart(from, by); at < to || (hasEnd && at === to); at = nextStart(at, by))
    starts.push(at);
  return starts.map((start, index): ExportPart => {
    const stop = starts[index + 1] ?? to;
    const isFirst = index === 0;
    const isLast = index === starts.length - 1;
    const exclusive = range.bounds === "exclusive" && (!isFirst || isStartWhole);
    const inclusive = range.bounds === "inclusive" && !(isLast && hasEnd);
    return {
      file: partFile(file, { format, start, by }),
      parameters: {
        ...parameters,
        // An exclusive range does not have its start: it is asked for a little more, and that is left out.
        [range.from]: isFirst && !exclusive ? begin : written(start - (exclusive ? 1 : 0), range),
        [range.to]: isLast ? end : written(stop, range),
      },
      keeps:
        exclusive || inclusive
          ? keeps({ field: range.field, from: start, to: isLast && hasEnd ? Infinity : stop })
          : undefined,
    };
  });
}

function keeps({ field, from, to }: { field: string; from: number; to: number }): (item: unknown) => boolean {
  return (item) => {
    const time = Date.parse(String(valueAt(item, field.split("."))));
    // An item without a time is kept: better twice than never.
    return Number.isNaN(time) || (time >= from && time < to);
  };
}

function written(time: number, { isDate }: RangeParams): string {
  const text = new Date(time).toISOString();
  return isDate ? text.slice(0, 10) : text.replace(".000Z", "Z");
}

function periodStart(time: number, by: SplitBy): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), by === "day" ? date.getUTCDate() : 1);
}

function nextStart(time: number, by: SplitBy): number {
  const date = new Date(time);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return by === "day" ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1);
}

/** `activities.jsonl` of a day is `activities-2026-11-01.jsonl`. */
function partFile(
  file: string,
  { format, start, by }: { format: Format; start: number; by: SplitBy },
): string {
  const end = endOf(file, format) ?? /\.\w+$/.exec(file)?.[0] ?? "";
  const date = new Date(start).toISOString().slice(0, by === "day" ? 10 : 7);
  return `${file.slice(0, file.length - end.length)}-${date}${end}`;
}
