import { type FieldTree, fieldTree } from "pageturn/catalog";
import type { Column } from "./columns.ts";

/** Returns a function for the fields of an item that none of these columns has; it returns `undefined` if there are none. */
export function otherFields(columns: readonly Column[]): (item: unknown) => unknown {
  const known = fieldTree(columns.map(({ path }) => path));
  return (item) => without(item, known);
}

function without(item: unknown, known: FieldTree): unknown {
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
