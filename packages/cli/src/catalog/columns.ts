import { type APICatalog, type APIList, parseFieldType, type ServedField } from "pageturn/catalog";

/** The type of the values of a column; `"any"` for a field that the catalog does not describe. */
export type ColumnType = "text" | "number" | "boolean" | "time" | "json" | "any";

/** One column of the rows of a list. */
export interface Column {
  /** The path with dots: `agent.id`. */
  readonly name: string;
  readonly path: readonly string[];
  readonly type: ColumnType;
}

/** The name of the column with the fields of an item that no other column has. */
export const OTHERS = "_others";

/**
 * The columns of a list, in the order of the catalog. An object whose fields are known has a column for each of them; arrays,
 * maps and unions are JSON. The items of a union have the columns of all its members.
 */
export function columnsOf({ itemFields }: APIList, shapes: APICatalog["shapes"]): readonly Column[] {
  const lists = "union" in itemFields ? itemFields.union.map(({ fields }) => fields) : [itemFields];
  const columns = new Map<string, Column>();
  for (const fields of lists) {
    for (const column of fields.flatMap((field) => fieldColumns(field, [], shapes))) {
      const known = columns.get(column.name);
      columns.set(
        column.name,
        known === undefined || known.type === column.type ? column : { ...column, type: "json" },
      );
    }
  }
  return [...columns.values()];
}

function fieldColumns(
  field: ServedField,
  parents: readonly string[],
  shapes: APICatalog["shapes"],
): readonly Column[] {
  const path = [...parents, field.name];
  const type = parseFieldType(field.type);
  const shape = type.kind === "name" ? shapes[type.name] : undefined;
  // Two levels are enough for all units and ids; deeper ones would make hundreds of columns.
  if (shape !== undefined && "fields" in shape && parents.length < 2) {
    return shape.fields.flatMap((inner) => fieldColumns(inner, path, shapes));
  }
  return [{ name: path.join("."), path, type: columnType(field.name, field.type) }];
}

function columnType(name: string, type: string): ColumnType {
  if (type === "number" || type === "boolean") return type;
  if (type !== "string") return "json";
  return /_at$/.test(name) ? "time" : "text";
}

/** The value of an item in a column; `undefined` if the item does not have it. */
export function valueAt(item: unknown, path: readonly string[]): unknown {
  let value = item;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** The key of an item for `--distinct-by`: its value in a column as JSON; `undefined` for none, and then it repeats no other. */
export function distinctKey(item: unknown, path: readonly string[]): string | undefined {
  const value = valueAt(item, path) ?? undefined;
  return value === undefined ? undefined : JSON.stringify(value);
}
