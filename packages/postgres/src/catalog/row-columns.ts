import {
  type APICatalog,
  type APIList,
  type FieldTree,
  fieldColumns,
  fieldTree,
  type ServedField,
} from "pageturn/catalog";
import { fittingName, freeName } from "../schema/identifiers.ts";

/** The types of the typed columns. */
export type ColumnType = "text" | "numeric" | "boolean" | "timestamptz" | "jsonb";

/** A typed column of the table of a list. */
export interface RowColumn {
  /** The name in the table: `agent__id`. */
  readonly name: string;
  /** Where the value is in an item. */
  readonly path: readonly string[];
  readonly type: ColumnType;
}

/** The columns that every table has, and that its history keeps. */
export const OWN_COLUMNS = [
  "_key",
  "_parent",
  "_bucket",
  "_raw",
  "_exact",
  "_hash",
  "_first_seen_at",
  "_changed_at",
  "_seen_run",
  "_deleted_at",
] as const;

/** The columns of the history alone: from when to when a version was in the table. */
const HISTORY_COLUMNS = ["_valid_from", "_valid_to"] as const;

/** Amounts of money, which the API writes as decimal texts. */
const DECIMAL = /(^|_)(amount|spend|price|cost)$/;

/** The fields of the rows of a list: of its items, or of the results of its buckets. */
export function rowFields(list: APIList, shapes: APICatalog["shapes"]): readonly (readonly ServedField[])[] {
  const { itemFields } = list;
  if ("union" in itemFields) return itemFields.union.map(({ fields }) => fields);
  if (list.report !== "buckets") return [itemFields];
  const results = itemFields.find(({ name }) => name === "results");
  const shape = shapes[results?.type.replace(/\[\]$/, "") ?? ""];
  const bucket = itemFields.filter(({ name }) => name !== "results");
  return [[...bucket, ...(shape !== undefined && "fields" in shape ? shape.fields : [])]];
}

/** The typed columns of a list, in the order of the catalog. */
export function rowColumns(list: APIList, shapes: APICatalog["shapes"]): readonly RowColumn[] {
  const columns = new Map<string, Omit<RowColumn, "name">>();
  for (const fields of rowFields(list, shapes)) {
    for (const { path, field } of fieldColumns(fields, shapes)) {
      const column = { path, type: columnType(field) };
      const origin = JSON.stringify(column.path);
      const known = columns.get(origin);
      columns.set(
        origin,
        known === undefined || known.type === column.type ? column : { ...column, type: "jsonb" },
      );
    }
  }
  const taken = new Set<string>([...OWN_COLUMNS, ...HISTORY_COLUMNS]);
  return [...columns].map(([origin, { path, type }]) => {
    const name = freeName(fittingName(path.join("__")), { taken, origin });
    taken.add(name);
    return { name, path, type };
  });
}

function columnType({ name, type }: ServedField): ColumnType {
  if (type === "number") return "numeric";
  if (type === "boolean") return "boolean";
  if (type !== "string") return "jsonb";
  if (DECIMAL.test(name)) return "numeric";
  return /_at$/.test(name) ? "timestamptz" : "text";
}

/** Whether a field of a report is a number or an amount, and not one of the dimensions that name a row. */
export function isMeasure(field: ServedField, shapes: APICatalog["shapes"]): boolean {
  if (DECIMAL.test(field.name)) return true;
  const { type } = field;
  if (type === "number" || type.endsWith("[]") || type.startsWith("Record<")) return true;
  const shape = shapes[type];
  if (shape === undefined) return false;
  // An object with a number in it counts something: `cache_creation`, `core_metrics`.
  return "fields" in shape && shape.fields.some((inner) => isMeasure(inner, shapes));
}

/** Returns a function for the paths of an item that no column has: the fields that the catalog does not know. */
export function unknownPaths(columns: readonly RowColumn[]): (item: unknown) => readonly string[] {
  const known = fieldTree(columns.map(({ path }) => path));
  return (item) => {
    const found: string[] = [];
    collect(item, { known, prefix: "", found });
    return found;
  };
}

function collect(
  item: unknown,
  { known, prefix, found }: { known: FieldTree; prefix: string; found: string[] },
): void {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return;
  for (const name of Object.keys(item)) {
    const columns = known.get(name);
    if (columns === true) continue;
    if (columns === undefined) found.push(prefix + name);
    else collect(Reflect.get(item, name), { known: columns, prefix: `${prefix}${name}.`, found });
  }
}
