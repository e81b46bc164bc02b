import { type Column, OTHERS, valueAt } from "../catalog/columns.ts";
import { otherFields } from "../catalog/other-fields.ts";

/** The value of a cell. JSON columns have text. */
export type Cell = string | number | boolean | null;

/**
 * Returns a function that makes the cells of an item: one for each column, and one with the rest of the item as JSON. A value
 * that does not fit the type of its column is in the rest, too, so nothing is lost and each column has one type. Without
 * `others`, such a value is text in its column.
 */
export function flattener(
  columns: readonly Column[],
  { others: hasOthers }: { others: boolean },
): (item: unknown) => Cell[] {
  const restOf = otherFields(columns);
  return (item) => {
    const cells: Cell[] = [];
    const misfits: [string, unknown][] = [];
    for (const column of columns) {
      const value = valueAt(item, column.path);
      const cell = cellOf(value, column);
      if (cell === undefined && hasOthers) misfits.push([column.name, value]);
      cells.push(cell === undefined && !hasOthers ? asText(value) : (cell ?? null));
    }
    if (!hasOthers) return cells;
    const rest = restOf(item);
    const isNothing = rest === undefined && misfits.length === 0;
    cells.push(isNothing ? null : JSON.stringify({ ...Object(rest), ...Object.fromEntries(misfits) }));
    return cells;
  };
}

/** The names of the cells that {@link flattener} makes. */
export function columnNames(columns: readonly Column[], { others }: { others: boolean }): string[] {
  return [...columns.map(({ name }) => name), ...(others ? [OTHERS] : [])];
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `undefined` for a value that does not fit. */
function cellOf(value: unknown, { type }: Column): Cell | undefined {
  if (value === undefined || value === null) return null;
  if (type === "json") return JSON.stringify(value);
  if (type === "text" && typeof value === "string") return value;
  if (type === "number" && typeof value === "number") return value;
  if (type === "boolean" && typeof value === "boolean") return value;
  if (type === "time" && typeof value === "string" && microseconds(value) !== undefined) return value;
  return undefined;
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d))?$/;

/** The microseconds since 1970 of a time in ISO 8601 with an offset, or of the begin of a date; `undefined` for other text. */
export function microseconds(text: string): bigint | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, date, clock = "00:00:00", fraction = "", offset = "Z"] = match;
  const whole = Date.parse(`${date}T${clock}${offset}`);
  return Number.isNaN(whole)
    ? undefined
    : BigInt(whole) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}
