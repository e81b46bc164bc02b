import { type Column, pathIn, valueAt } from "../catalog/columns.ts";
import { rowOf } from "./item-columns.ts";

/** The item with these fields alone, in their order; nested ones stay nested. Fields that it does not have are left out. */
export function picked(item: unknown, fields: readonly Column[] | null): unknown {
  if (fields === null) return item;
  const result: Branch = new Map();
  const row = rowOf(item);
  for (const field of fields) {
    const path = pathIn(row, field);
    const value = valueAt(row, path);
    if (value !== undefined) put(result, { path, value });
  }
  return plainObject(result);
}

type Branch = Map<string, unknown>;

function put(
  branch: Branch,
  { path, value }: { readonly path: readonly string[]; readonly value: unknown },
): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    branch.set(name, value);
    return;
  }
  const known = branch.get(name);
  // The whole object was asked for before.
  if (known !== undefined && !(known instanceof Map)) return;
  const below: Branch = known ?? new Map();
  branch.set(name, below);
  put(below, { path: rest, value });
}

function plainObject(branch: Branch): unknown {
  return Object.fromEntries(
    [...branch].map(([name, value]) => [name, value instanceof Map ? plainObject(value) : value]),
  );
}
