import { type AddList, defaultMode, isCursor, type Mirror, type MirrorMode } from "@pageturn/postgres";
import type { APIList, APIListParam } from "pageturn/catalog";
import { readParams } from "../catalog/filters.ts";
import { findList } from "../catalog/find-list.ts";
import { type Flag, type ListWords, paramOf, plainName, splitArguments } from "../catalog/list-arguments.ts";
import { readCount } from "../catalog/list-options.ts";
import { readTime, TIME_FORMS } from "../catalog/time-value.ts";
import type { AddOptions } from "../commands/mirror.ts";
import { UsageError } from "../failure.ts";
import { messages } from "../messages.ts";
import { withMirror } from "./open-mirror.ts";

const MODES: readonly MirrorMode[] = ["feed", "buckets", "snapshot"];
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Checks all arguments and adds the list. */
export async function addList(words: ListWords, options: AddOptions): Promise<void> {
  const add = readAdd(words, options);
  await withMirror({ ...options, create: true }, async ({ mirror }) => {
    const { name, mode, table, every } = await mirror.add(add);
    const { info } = messages(options);
    info(
      `${name} is added as ${mode}: it is due every ${durationText(every)}, and its table is ${mirror.schema}.${table}.`,
    );
    const left = await leftBefore(mirror, table);
    if (left.length > 0)
      info(
        `Tables of lists that were removed stay, and no list uses them: ${left.join(", ")}. Drop them with SQL.`,
      );
    info("Run it with: pageturn mirror run, or keep it current with: pageturn mirror worker");
  });
}

/** The tables that have the names which a new table would have got without them. */
async function leftBefore(mirror: Mirror, table: string): Promise<readonly string[]> {
  const [, start] = /^(.+)_[0-9a-f]{10}$/.exec(table) ?? [];
  if (start === undefined) return [];
  const left = (await mirror.leftTables()).filter((name) => name.startsWith(start));
  return left.map((name) => `${mirror.schema}.${name}`);
}

function readAdd(words: ListWords, options: AddOptions): AddList {
  const list = findList(words.name);
  const { pathArgs, flags } = splitArguments(list, words.rest);
  const { name, parents, since, slices, history } = options;
  if (parents !== undefined && pathArgs.length > 0) {
    throw new UsageError(`Cannot use an id together with --parents: the ids come from ${parents}`);
  }
  if (parents === undefined && pathArgs.length === 0 && list.pathParams.length > 0) {
    const ids = list.pathParams.join(" and ");
    throw new UsageError(
      `Cannot mirror ${list.id} without ${ids}: name it, or the mirrored list whose rows have it with --parents`,
    );
  }
  const mode = options.mode === undefined ? undefined : readMode(options.mode);
  const path = parents === undefined ? pathArgs : list.pathParams.map(() => "parent");
  return {
    list: list.id,
    ...(parents === undefined ? { pathArgs } : { parents }),
    parameters: parametersOf(list, path, { mode: mode ?? defaultMode(list), flags, known: words.known }),
    ...(name !== undefined && { name }),
    ...(options.workspace !== undefined && { workspaceId: options.workspace }),
    ...(mode !== undefined && { mode }),
    ...(since !== undefined && { since: readMirrorTime("--since", since) }),
    ...(slices !== undefined && { slices: readCount("--slices", slices) }),
    ...(history === true && { history }),
    ...durations(options),
  };
}

/** The parameters that were typed. Those of the range of time, which can be required, and of the pages are the mirror's own. */
function parametersOf(
  list: APIList,
  path: readonly string[],
  {
    mode,
    flags,
    known,
  }: { readonly mode: MirrorMode; readonly flags: readonly Flag[]; readonly known: readonly string[] },
): Record<string, unknown> {
  const isOfRange = ({ wire, name, effect }: APIListParam) =>
    effect?.does === "day" || [list.time?.from, list.time?.to].some((each) => each === wire || each === name);
  const isOfPages = ({ name }: APIListParam) => name === "limit" || isCursor(name);
  for (const { typed } of flags) {
    const param = paramOf(list, typed);
    const isSize = plainName(typed) === "limit";
    if (!isSize && (param === undefined || (!isOfRange(param) && !isOfPages(param)))) continue;
    let why = "the mirror requests every page: leave it out";
    if (isSize) why = "the mirror sets the size of the pages: leave it out";
    else if (param !== undefined && isOfRange(param))
      why =
        mode === "snapshot"
          ? "a snapshot is of the whole list, and cannot be restricted in time: leave it out"
          : "the mirror sets the range of time: use --since";
    throw new UsageError(`Cannot use ${typed} because ${why}`);
  }
  const queryParams = list.queryParams.filter((param) => !isOfRange(param) && !isOfPages(param));
  return readParams({ ...list, queryParams }, path, flags, known);
}

function durations(options: AddOptions): Partial<AddList> {
  const names = ["every", "lookback", "overlap", "delay"] as const;
  const given = names.flatMap((name) => {
    const text = options[name];
    return text === undefined ? [] : [[name, readDuration(`--${name}`, text)] as const];
  });
  return Object.fromEntries(given);
}

function readMode(text: string): MirrorMode {
  const mode = MODES.find((each) => each === text);
  if (mode === undefined)
    throw new UsageError(`Cannot use --mode ${text}: it must be feed, buckets or snapshot`);
  return mode;
}

/** The time that an option names. */
export function readMirrorTime(option: string, text: string): Date {
  const time = readTime(text, { type: "date-time" });
  if (time === null) throw new UsageError(`Cannot use ${option} ${text}: it must be one of ${TIME_FORMS}`);
  return new Date(time);
}

function readDuration(option: string, text: string): number {
  const [, count, unit = ""] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const seconds = UNITS[unit];
  if (option === "--every" && Number(count) === 0)
    throw new UsageError(`Cannot use --every ${text}: it must be at least 1s`);
  if (count === undefined || seconds === undefined) {
    throw new UsageError(
      `Cannot use ${option} ${text}: it must be a number and a unit, such as 90s, 5m, 24h or 7d`,
    );
  }
  return Number(count) * seconds;
}

/** Seconds for people: `"5 min"`. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
