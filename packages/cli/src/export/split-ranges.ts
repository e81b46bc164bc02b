import {
  type APIList,
  type RangeParams as CatalogRange,
  rangeParams as catalogRange,
} from "pageturn/catalog";
import { valueAt } from "../catalog/columns.ts";
import { optionName } from "../catalog/list-arguments.ts";
import { UsageError } from "../failure.ts";
import { endOf, type Format } from "./formats.ts";

/** How an export is split into files. */
export type SplitBy = "day" | "month";

/** One file of an export that is split. */
export interface ExportPart {
  readonly file: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Whether an item is in this part, where the list cannot be asked so exactly; else `undefined`. */
  readonly keeps: ((item: unknown) => boolean) | undefined;
}

/** The parameters of the range of time of a list. */
export interface RangeParams extends CatalogRange {
  /** The option of the first one, as users type it. */
  readonly fromOption: string;
}

/** The parameters of the range of time of a list; `undefined` if it has none. */
export function rangeParams(list: APIList): RangeParams | undefined {
  const range = catalogRange(list);
  return range && { ...range, fromOption: optionName({ name: range.from }) };
}

/** The files of an export that is split into days or months, in UTC. Without an end, the last one is the last whole day or month. */
export function splitRanges(
  { list, file, format }: { list: APIList; file: string; format: Format },
  { by, parameters, now = new Date() }: { by: SplitBy; parameters: ExportPart["parameters"]; now?: Date },
): readonly ExportPart[] {
  const range = rangeParams(list);
  if (range === undefined) {
    throw new UsageError(
      `Cannot split ${list.id} by ${by} because it has no range of time: leave out --split-by`,
    );
  }
  const begin = parameters[range.from];
  const end = parameters[range.to];
  if (begin === undefined)
    throw new UsageError(`Cannot split ${list.id} by ${by} without ${range.fromOption}`);
  const from = Date.parse(String(begin));
  const to = end === undefined ? periodStart(now.getTime(), by) : Date.parse(String(end));
  const starts = [from];
  for (let at = nextStart(from, by); at < to; at = nextStart(at, by)) starts.push(at);
  if (from >= to) {
    throw new UsageError(
      `Cannot split ${list.id} by ${by} because no whole ${by} has passed since ${String(begin)}: name the end of the range`,
    );
  }
  return starts.map((start, index): ExportPart => {
    const stop = starts[index + 1] ?? to;
    const isFirst = index === 0;
    const isOpen = stop === to && end !== undefined;
    const exclusive = range.bounds === "exclusive" && !isFirst;
    const inclusive = range.bounds === "inclusive" && !isOpen;
    return {
      file: partFile(file, { format, start, by }),
      parameters: {
        ...parameters,
        // An exclusive range does not have its start: it is asked for a little more, and that is left out.
        [range.from]: isFirst ? begin : written(start - (exclusive ? 1 : 0), range),
        [range.to]: isOpen ? end : written(stop, range),
      },
      keeps:
        exclusive || inclusive
          ? keeps({ field: range.field, from: start, to: isOpen ? Infinity : stop })
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
