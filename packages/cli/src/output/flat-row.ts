import { type Column, OTHERS, valueIn } from "../catalog/columns.ts";
import { otherFields } from "../catalog/other-fields.ts";
import { jsonText } from "./json-text.ts";

/** The value of a cell. Objects and arrays are JSON text. */
export type Cell = string | number | boolean | null;

/** How cells are made. */
export interface FlatOptions {
  /** Whether there is a cell `_others` for what no column has; `"misfits"` for one without the fields that have no column. */
  readonly others: boolean | "misfits";
  /** How exact a column of times is. Default: it is text. */
  readonly times?: "text" | "microseconds";
}

/**
 * Returns a function that makes the cells of an item: one for each column, and one with the rest of the item as JSON. A value
 * that does not fit the type of its column is in the rest, too, so nothing is lost and each column has one type. Without
 * `others`, such a value is text in its column. An item that is no object is the rest as a whole.
 */
export function flattener(
  columns: readonly Column[],
  { others, times = "text" }: FlatOptions,
): (item: unknown) => Cell[] {
  const restOf = others === true ? otherFields(columns) : () => undefined;
  return (item) => {
    const cells: Cell[] = [];
    const misfits: [string, unknown][] = [];
    for (const column of columns) {
      const value = valueIn(item, column);
      const cell = cellOf(value, { type: column.type, times });
      if (cell === undefined && others !== false) misfits.push([column.name, value]);
      cells.push(cell === undefined && others === false ? asText(value) : (cell ?? null));
    }
    if (others !== false) cells.push(othersOf(item, { rest: restOf(item), misfits }));
    return cells;
  };
}

/** The names of the cells that {@link flattener} makes. */
export function columnNames(columns: readonly Column[], { others }: Pick<FlatOptions, "others">): string[] {
  return [...columns.map(({ name }) => name), ...(others === false ? [] : [OTHERS])];
}

function othersOf(
  item: unknown,
  { rest, misfits }: { rest: unknown; misfits: readonly (readonly [string, unknown])[] },
): string | null {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return jsonText(item);
  if (rest === undefined && misfits.length === 0) return null;
  return jsonText({ ...Object(rest), ...Object.fromEntries(misfits) });
}

function asText(value: unknown): string {
  return typeof value === "string" && !LONE_SURROGATE.test(value) ? value : jsonText(value);
}

/** `undefined` for a value that does not fit. */
function cellOf(
  value: unknown,
  { type, times }: { type: Column["type"]; times: FlatOptions["times"] },
): Cell | undefined {
  // A number such as 1e400 is infinite when it has been read. JSON has no other word for it than null.
  if (value === undefined || value === null || value === Infinity || value === -Infinity) return null;
  if (typeof value === "string" && type !== "json" && LONE_SURROGATE.test(value)) return undefined;
  switch (type) {
    case "json":
      return typeof value === "boolean" || typeof value === "number" ? value : jsonText(value);
    case "any":
      return isCell(value) ? value : jsonText(value);
    case "text":
      return typeof value === "string" ? value : undefined;
    case "number":
      return typeof value === "number" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    default:
      return typeof value === "string" && isTime(value, times) ? value : undefined;
  }
}

/** Half of a surrogate pair has no bytes in UTF-8. In JSON it is escaped. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function isCell(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "boolean" || typeof value === "number";
}

function isTime(text: string, times: FlatOptions["times"]): boolean {
  return times === "microseconds" ? microseconds(text) !== undefined : milliseconds(text) !== undefined;
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d))?$/;

/** The milliseconds of the whole seconds of a time, and the digits behind them. */
function milliseconds(text: string): { readonly whole: number; readonly fraction: string } | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, date, clock = "00:00:00", fraction = "", offset = "Z"] = match;
  const local = Date.parse(`${date}T${clock}Z`);
  // The 30th of February would be another day.
  const isDate = !Number.isNaN(local) && new Date(local).toISOString().startsWith(`${date}T${clock}`);
  const whole = isDate ? Date.parse(`${date}T${clock}${offset}`) : Number.NaN;
  return Number.isNaN(whole) ? undefined : { whole, fraction };
}

/**
 * The microseconds since 1970 of a time in ISO 8601 with an offset, or of the begin of a date; `undefined` for other text, and
 * for a time that is more exact.
 */
export function microseconds(text: string): bigint | undefined {
  const time = milliseconds(text);
  if (time === undefined || /[1-9]/.test(time.fraction.slice(6))) return undefined;
  return BigInt(time.whole) * 1000n + BigInt(time.fraction.padEnd(6, "0").slice(0, 6));
}
