import type { APIList, APIListParam } from "pageturn/catalog";
import { UsageError } from "../failure.ts";
import { isKeyOption, KEY_ADVICE, optionOnly } from "../output/redacted.ts";
import { type Flag, isNegated, optionName, paramOf, plainName } from "./list-arguments.ts";
import { allowedHint, nearest } from "./nearest.ts";
import { paramValue } from "./param-value.ts";

/** The size of pages and the number of items have options of their own: these names are not filters. */
const LIMIT_HINT =
  "Cannot use --limit because it could mean two things: --page-size is how many items each request asks for, " +
  "--max-items is how many items you get in the end. Which of them do you mean?";

/** The parameters that are filters: all but `limit`. */
export function filtersOf({ queryParams }: APIList): readonly APIListParam[] {
  return queryParams.filter(({ name }) => name !== "limit");
}

/**
 * The parameters of a list from what was typed, by their names for the client. `options` are those of the command, for the advice
 * where one of them is misspelt.
 *
 * Throws `UsageError` for a wrong number of ids, and for a filter that the list does not have, that is missing, or whose
 * value it does not take.
 */
export function readParams(
  list: APIList,
  pathArgs: readonly string[],
  flags: readonly Flag[],
  options: readonly string[] = [],
): Record<string, unknown> {
  checkPath(list, pathArgs);
  const typed = new Map<APIListParam, string[]>();
  for (const flag of flags) {
    const { param, text } = readFlag(list, flag, options);
    typed.set(param, [...(typed.get(param) ?? []), text]);
  }
  const values = [...typed].map(([param, texts]) => [param.name, paramValue(param, texts)] as const);
  checkTogether(list, new Set(typed.keys()));
  const params = Object.fromEntries(values);
  checkRanges([...typed.keys()], params);
  return params;
}

/** The effects of the two ends of a range, and whether the time itself is in the range. */
const STARTS: Readonly<Record<string, boolean>> = { from: true, starts: true, after: false };
const ENDS: Readonly<Record<string, boolean>> = { until: true, ends: false, before: false };

/** A range without any time has no item, or is an error of the API. */
function checkRanges(params: readonly APIListParam[], values: Readonly<Record<string, unknown>>): void {
  const timeOf = ({ name }: APIListParam) => String(values[name]);
  for (const start of params) {
    for (const end of params) {
      const startsIn = STARTS[start.effect?.does ?? ""];
      const endsIn = ENDS[end.effect?.does ?? ""];
      if (startsIn === undefined || endsIn === undefined || rangeOf(start) !== rangeOf(end)) continue;
      const order = compareTimes(timeOf(start), timeOf(end));
      if (order < 0 || (order === 0 && startsIn && endsIn)) continue;
      const bound = startsIn ? `before ${optionName(end)}` : `after ${optionName(start)}`;
      throw new UsageError(
        `Cannot use ${optionName(start)} ${timeOf(start)} together with ${optionName(end)} ${timeOf(end)}: ` +
          (order > 0
            ? "the range ends before it starts"
            : `the range is empty, because its times are ${bound}`),
      );
    }
  }
}

/** What a parameter is a range of: `created_at` for `created_at[gte]`; of a report there is one range. */
function rangeOf({ name, effect }: APIListParam): string {
  return effect?.does === "starts" || effect?.does === "ends" ? "" : name.replace(/[[.].*$/, "");
}

/** Less than 0 if the first time is earlier. `Date` has no more than milliseconds, and a parameter may have. */
function compareTimes(one: string, other: string): number {
  const [rest, otherRest] = [one, other].map((time) => /\.\d{3}(\d*[1-9])/.exec(time)?.[1] ?? "");
  return Date.parse(one) - Date.parse(other) || (rest ?? "").localeCompare(otherRest ?? "");
}

function checkPath({ id, path, pathParams }: APIList, pathArgs: readonly string[]): void {
  const usage = [id, ...pathParams.map((name) => name.toUpperCase())].join(" ");
  const missing = pathParams[pathArgs.length];
  if (missing !== undefined)
    throw new UsageError(
      `Cannot list ${id} without ${missing}, which is part of its path (${path}): name it after the list, as in ${usage}`,
    );
  // What is too much is not quoted: it may be a key, or the address of a database.
  if (pathArgs.length > pathParams.length)
    throw new UsageError(
      `Cannot use ${pathArgs.length === 1 ? "an argument" : `${pathArgs.length} arguments`} after ${id}, ` +
        `which takes ${pathParams.length === 0 ? "no id" : `only ${pathParams.join(", ")}`} in its path (${path}). ` +
        "Filters are written --name value",
    );
  const empty = pathParams.find((_, index) => pathArgs[index]?.trim() === "");
  if (empty !== undefined) throw new UsageError(`Cannot list ${id} because ${empty} is empty`);
}

function readFlag(
  list: APIList,
  { typed, value }: Flag,
  options: readonly string[],
): { readonly param: APIListParam; readonly text: string } {
  if (plainName(typed) === "limit") throw new UsageError(LIMIT_HINT);
  const isOff = isNegated(list, typed);
  const param = paramOf(list, isOff ? typed.slice("--no-".length) : typed);
  if (param === undefined || !typed.startsWith("--")) {
    // The parser takes an option of the command, unless it is one without a value that has one.
    if (options.includes(typed))
      throw new UsageError(`Cannot use ${typed} with a value, because it takes none. Type: ${typed}`);
    throw new UsageError(
      `Cannot use ${optionOnly(typed)} because ${list.id} has no such filter${hintFor(list, typed, options)}`,
    );
  }
  if (isOff && value === undefined) return { param, text: "false" };
  if (param.type === "boolean" && !isOff) return { param, text: value ?? "true" };
  if (value === undefined) throw new UsageError(`Cannot use ${typed} without a value. Type: ${typed} VALUE`);
  return { param, text: value };
}

/** What an option that is no filter may have been: one of the command, a key, or another filter. */
function hintFor(list: APIList, typed: string, options: readonly string[]): string {
  const option = optionOnly(typed);
  if (isKeyOption(option)) return `. ${KEY_ADVICE}`;
  const names = filtersOf(list).map(optionName);
  const similar = nearest(option, [...names, ...options]);
  return similar !== undefined && options.includes(similar)
    ? `: did you mean ${similar}?`
    : `: ${allowedHint(option, names)}`;
}

/** What the parameters need and exclude of each other. */
function checkTogether({ id, queryParams }: APIList, given: ReadonlySet<APIListParam>): void {
  for (const param of queryParams) {
    if (param.required === true && !given.has(param))
      throw new UsageError(`Cannot list ${id} without ${optionName(param)}: ${firstSentence(param)}`);
    if (!given.has(param)) continue;
    const others = new Set([...given].flatMap(({ name, wire }) => [name, wire]));
    const needed = param.needs?.find((name) => !others.has(name));
    if (needed !== undefined)
      throw new UsageError(`Cannot use ${optionName(param)} without --${plainName(needed)}`);
    const excluded = param.excludes?.find((name) => others.has(name));
    if (excluded !== undefined)
      throw new UsageError(`Cannot use ${optionName(param)} together with --${plainName(excluded)}`);
  }
}

function firstSentence({ description, type }: APIListParam): string {
  const [sentence = ""] = description.split(/(?<=\.)\s/);
  return sentence === "" ? `it is required (${type ?? "text"})` : sentence;
}
