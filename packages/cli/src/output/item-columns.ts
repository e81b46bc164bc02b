import type { Column } from "../catalog/columns.ts";

/** An item that no catalog describes as a row: one that is no object has one field, `value`. */
export function rowOf(item: unknown): object {
  return typeof item === "object" && item !== null && !Array.isArray(item) ? item : { value: item };
}

/** The columns of rows that no catalog describes: the names of their fields, in the order in which they appear. */
export function columnsOfRows(rows: readonly object[]): readonly Column[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...names].map((name) => ({ name, path: [name], type: typeOf(rows, name) }));
}

function typeOf(rows: readonly object[], name: string): Column["type"] {
  for (const row of rows) {
    const value: unknown = Reflect.get(row, name);
    if (value === undefined || value === null) continue;
    if (typeof value === "number" || typeof value === "boolean")
      return value === true || value === false ? "boolean" : "number";
    return typeof value === "string" ? "text" : "json";
  }
  return "json";
}
