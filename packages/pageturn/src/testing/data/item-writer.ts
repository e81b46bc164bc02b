import type { ServedEndpoint, ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { type FieldWriter, fieldWriter } from "./field-writer.ts";

/** Writes the JSON of the item with this index. */
export type ItemWriter = (index: number, hash: number) => string;

/** The properties of a list that its items depend on. */
export interface ItemContext {
  readonly params: Readonly<Record<string, string>>;
  /** Items shorter than this get a `padding` field. */
  readonly itemBytes: number;
  readonly idOf: (index: number) => string;
}

/** The fields of items whose fields are not known. */
const plainFields: readonly ServedField[] = [
  { name: "id", type: "string" },
  { name: "type", type: "string" },
  { name: "created_at", type: "string" },
];

/** Makes the writer of an endpoint's items. The items of a union are its members in turn. */
export function itemWriter(endpoint: ServedEndpoint, context: ItemContext): ItemWriter {
  const writers = variants(endpoint).map((fields) => variantWriter(fields, context));
  return (index, hash) => {
    const write = writers[index % writers.length];
    return pad(write?.(index, hash) ?? "{}", context.itemBytes);
  };
}

/** The field lists of an endpoint's items: one, or one for each member of the union. */
function variants({ itemFields }: ServedEndpoint): readonly (readonly ServedField[])[] {
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

/** The id prefixes of the API that differ from the `type` of the item. */
const prefixes: Readonly<Record<string, string>> = {
  model: "model-",
  message_batch: "msgbatch_",
  skill_version: "skillver_",
};

/** Returns the prefix of the ids of an endpoint's items: `file_`, `msgbatch_`. */
export function idPrefix(endpoint: ServedEndpoint): string {
  const [fields, ...others] = variants(endpoint);
  const type = fields?.find((field) => field.name === "type")?.enum?.[0];
  // The members of a union share one prefix, so it comes from the name of the list.
  const name = others.length === 0 && typeof type === "string" ? type : singular(endpoint.id);
  return prefixes[name] ?? `${name}_`;
}

function singular(id: string): string {
  const last = id.split(".").at(-1) ?? "item";
  return last.replace(/ies$/, "y").replace(/s$/, "");
}
