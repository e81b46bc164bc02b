import type { APIList } from "pageturn/catalog";
import { valueAt } from "../catalog/columns.ts";
import { rangeParams } from "./split-ranges.ts";

/** What an export is to do, as far as its progress depends on it. */
export interface FractionPlan {
  readonly list: APIList;
  readonly maxItems: number | undefined;
  /** The parameters of each file, in the order of the files, which is that of time. */
  readonly parts: readonly { readonly job: { readonly parameters: Readonly<Record<string, unknown>> } }[];
}

/** How much of an export is done after an item, from 0 to 1; `undefined` if that cannot be said. */
export interface FractionOf {
  (item: unknown, rows: number): number | undefined;
  /** Whether each item is as large a part as any other. Times are not: a range may be empty before its first item. */
  readonly isEven?: boolean;
}

/**
 * Returns a function for the items of the file with this index. What is done is a part of the number of items, if it has a
 * bound, or else of the range of time: the files before, and the time of the item in its own file.
 */
export function fractionOf({ list, parts, maxItems }: FractionPlan, index = 0): FractionOf {
  if (maxItems !== undefined)
    return Object.assign((_: unknown, rows: number) => rows / maxItems, { isEven: true });
  const range = rangeParams(list);
  const [first, part, last] = [parts[0], parts[index], parts.at(-1)].map((each) => each?.job.parameters);
  if (range === undefined || first === undefined || part === undefined || last === undefined)
    return () => undefined;
  const now = new Date().toISOString();
  const [begin, from] = [first, part].map((each) => Date.parse(String(each[range.from])));
  const [to, end] = [part, last].map((each) => Date.parse(String(each[range.to] ?? now)));
  if (begin === undefined || from === undefined || to === undefined || end === undefined)
    return () => undefined;
  if (!(end > begin) || !(to >= from)) return () => undefined;
  const isAscending = (part["order"] ?? (range.isAscending ? "asc" : "desc")) === "asc";
  const path = range.field.split(".");
  return (item) => {
    const time = Date.parse(String(valueAt(item, path)));
    if (Number.isNaN(time)) return undefined;
    const ofPart = Math.min(to - from, Math.max(0, isAscending ? time - from : to - time));
    return (from - begin + ofPart) / (end - begin);
  };
}
