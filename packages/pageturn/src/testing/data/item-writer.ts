import type { ServedEndpoint, ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { type FieldWriter, fieldWriter } from "./field-writer.ts";

/** Writes the JSON of the item with this number. */
export type ItemWriter = (index: number, hash: number) => string;

/** What an item takes from its list. */
export interface ItemContext {
  readonly params: Readonly<Record<string, string>>;
  /** Items shorter than this get a `padding` field. */
  readonly itemBytes: number;
  readonly idOf: (index: number) => string;
}

/** Items without known fields get these. */
const plainFields: readonly ServedField[] = [
  { name: "id", type: "string" },
  { name: "type", type: "string" },
  { name: "created_at", type: "string" },
];

/** Makes the writer of an endpoint's items. A union takes its members in turn, so each of them is seen. */
export function itemWriter(endpoint: ServedEndpoint, context: ItemContext): ItemWriter {
  const writers = variants(endpoint).map((fields) => variantWriter(fields, context));
  return (index, hash) => {
    const write = writers[index % writers.length];
    return pad(write?.(index, hash) ?? "{}", context.itemBytes);
  };
}

/** The field lists of an endpoint's items: one, or one for each member of the union. */
export function variants({ itemFields }: ServedEndpoint): readonly (readonly ServedField[])[] {
  const lists = "union" in itemFields ? itemFields.union.map((variant) => variant.fields) : [itemFields];
  const known = lists.filter((fields) => fields.length > 0);
  return known.length > 0 ? known : [plainFields];
}

function variantWriter(fields: readonly ServedField[], context: ItemContext): ItemWriter {
  const parts = fields.map((field) => ({
    name: `${JSON.stringify(field.name)}:`,
    write: contextWriter(field, context),
  }));
  return (index, hash) => {
    let json = "";
    for (const { name, write } of parts) {
      const value = write(index, hash);
      if (value !== null) json += `${json === "" ? "" : ","}${name}${value}`;
    }
    return `{${json}}`;
  };
}

function contextWriter(field: ServedField, { params, idOf }: ItemContext): FieldWriter {
  if (field.name === "id") return (index) => `"${idOf(index)}"`;
  return fieldWriter(field, params[field.name]);
}

function pad(json: string, bytes: number): string {
  const missing = bytes - json.length - ',"padding":""'.length;
  return missing <= 0 ? json : `${json.slice(0, -1)},"padding":"${"x".repeat(missing)}"}`;
}
