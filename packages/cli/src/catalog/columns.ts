import { type APICatalog, type APIList, fieldColumns, type ServedField, valueAt } from "pageturn/catalog";
import { jsonText } from "../output/json-text.ts";

export { valueAt };

/** The type of the values of a column; `"any"` for a field that the catalog does not describe. */
export type ColumnType = "text" | "number" | "boolean" | "time" | "json" | "any";

/** One column of the rows of a list. Its value in an item is that of `valueIn()`. */
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
    for (const { path, field } of fieldColumns(fields, shapes)) {
      const column: Column = { name: path.join("."), path, type: columnType(field) };
      const known = columns.get(column.name);
      columns.set(
        column.name,
        known === undefined || known.type === column.type ? column : { ...column, type: "json" },
      );
    }
  }
  return [...columns.values()];
}

function columnType({ name, type }: ServedField): ColumnType {
  if (type === "number" || type === "boolean") return type;
  if (type !== "string") return "json";
  return /_at$/.test(name) ? "time" : "text";
}

/** The path of a column in an item. An item that no catalog describes may have a key with dots: that goes before a path with dots. */
export function pathIn(item: unknown, { name, path, type }: Column): readonly string[] {
  const isKey = type === "any" && typeof item === "object" && item !== null && Object.hasOwn(item, name);
  return isKey ? [name] : path;
}

/** The value of an item in a column; `undefined` for none. */
export function valueIn(item: unknown, column: Column): unknown {
  return valueAt(item, pathIn(item, column));
}

/** The key of an item for `--distinct-by`: its value in a column as JSON; `undefined` for none, and then it repeats no other. */
export function distinctKey(item: unknown, column: Column): string | undefined {
  const value = valueIn(item, column) ?? undefined;
  return value === undefined ? undefined : jsonText(value);
}
