import type { APICatalog } from "./api-catalog.ts";
import { parseFieldType } from "./field-type.ts";
import type { ServedField } from "./served-endpoint.ts";

/** A field of an item that is a column of a table. */
export interface FieldColumn {
  /** Where the value is in the item. */
  readonly path: readonly string[];
  readonly field: ServedField;
}

/**
 * Returns the columns of a table of items with these fields, in their order. An object whose fields are known has a column for each of
 * them; arrays, maps and unions have one.
 */
export function fieldColumns(
  fields: readonly ServedField[],
  shapes: APICatalog["shapes"],
): readonly FieldColumn[] {
  return fields.flatMap((field) => columnsBelow(field, [], shapes));
}

function columnsBelow(
  field: ServedField,
  parents: readonly string[],
  shapes: APICatalog["shapes"],
): readonly FieldColumn[] {
  const path = [...parents, field.name];
  const type = parseFieldType(field.type);
  const shape = type.kind === "name" ? shapes[type.name] : undefined;
  // Two levels are enough for all units and ids; deeper ones would make hundreds of columns.
  if (shape !== undefined && "fields" in shape && parents.length < 2) {
    return shape.fields.flatMap((inner) => columnsBelow(inner, path, shapes));
  }
  return [{ path, field }];
}

/** Returns the value of an item at a path; `undefined` if the item does not have it. */
export function valueAt(item: unknown, path: readonly string[]): unknown {
  let value = item;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** Which fields of an item are known: `true` for a whole field, or the fields below it. */
export type FieldTree = ReadonlyMap<string, true | FieldTree>;

/** Returns the fields with these paths as a tree. */
export function fieldTree(paths: Iterable<readonly string[]>): FieldTree {
  const tree: MutableTree = new Map();
  for (const path of paths) addPath(tree, path);
  return tree;
}

type MutableTree = Map<string, true | MutableTree>;

function addPath(tree: MutableTree, [name = "", ...rest]: readonly string[]): void {
  const before = tree.get(name);
  if (before === true || rest.length === 0) {
    tree.set(name, true);
    return;
  }
  const below: MutableTree = before ?? new Map();
  tree.set(name, below);
  addPath(below, rest);
}
