import type { Column } from "../catalog/columns.ts";

/** The columns of items that no catalog describes: the names of their fields, in the order in which they appear. */
export function columnsOfItems(items: readonly unknown[]): readonly Column[] {
  const names = new Set<string>();
  for (const item of items) {
    if (typeof item !== "object" || item === null || Array.isArray(item)) continue;
    for (const name of Object.keys(item)) names.add(name);
  }
  return [...names].map((name) => ({ name, path: [name], type: typeOf(items, name) }));
}

function typeOf(items: readonly unknown[], name: string): Column["type"] {
  for (const item of items) {
    const value: unknown = typeof item === "object" && item !== null ? Reflect.get(item, name) : undefined;
    if (value === undefined || value === null) continue;
    if (typeof value === "number" || typeof value === "boolean")
      return value === true || value === false ? "boolean" : "number";
    return typeof value === "string" ? "text" : "json";
  }
  return "json";
}
