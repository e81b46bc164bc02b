import { type Column, valueAt } from "../catalog/columns.ts";
import { UsageError } from "../failure.ts";

/** The columns that `--fields` names, in its order: a column, an object with all its columns, or a place inside of a JSON column. */
export function chosenColumns(columns: readonly Column[], fields: readonly string[]): readonly Column[] {
  const chosen = new Map<string, Column>();
  for (const field of fields)
    for (const column of columnsFor(columns, field)) chosen.set(column.name, column);
  return [...chosen.values()];
}

function columnsFor(columns: readonly Column[], field: string): readonly Column[] {
  const found = columns.filter(({ name }) => name === field || name.startsWith(`${field}.`));
  if (found.length > 0) return found;
  const around = columns.find(({ name, type }) => type === "json" && field.startsWith(`${name}.`));
  if (around !== undefined) return [{ name: field, path: field.split("."), type: "json" }];
  const names = [...new Set(columns.map(({ path }) => path[0]))].join(", ");
  throw new UsageError(
    `Cannot export the field "${field}" because the list does not have it: its fields are ${names}`,
  );
}

/** The item with these columns only, nested as before. */
export function picked(item: unknown, columns: readonly Column[]): unknown {
  const result: Record<string, unknown> = {};
  for (const { path } of columns) {
    const value = valueAt(item, path);
    if (value !== undefined) put(result, path, value);
  }
  return result;
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const inner: Record<string, unknown> = { ...(Object.hasOwn(target, name) ? Object(target[name]) : {}) };
  put(inner, rest, value);
  target[name] = inner;
}
