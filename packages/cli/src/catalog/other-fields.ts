import type { Column } from "./columns.ts";

/** Which fields have columns: `true` for a whole field, or the fields below it. */
type Known = Map<string, true | Known>;

/** Returns a function for the fields of an item that none of these columns has; it returns `undefined` if there are none. */
export function otherFields(columns: readonly Column[]): (item: unknown) => unknown {
  const known: Known = new Map();
  for (const { path } of columns) add(known, path);
  return (item) => without(item, known);
}

function add(known: Known, [name = "", ...rest]: readonly string[]): void {
  const before = known.get(name);
  if (before === true || rest.length === 0) {
    known.set(name, true);
    return;
  }
  const below: Known = before ?? new Map();
  known.set(name, below);
  add(below, rest);
}

function without(item: unknown, known: Known): unknown {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
  const others: [string, unknown][] = [];
  for (const [name, value] of Object.entries(item)) {
    const columns = known.get(name);
    if (columns === true) continue;
    // The columns of an object are empty where it is null.
    if (columns !== undefined && (value === null || value === undefined)) continue;
    const rest = columns === undefined ? value : without(value, columns);
    if (rest !== undefined) others.push([name, rest]);
  }
  return others.length === 0 ? undefined : Object.fromEntries(others);
}
