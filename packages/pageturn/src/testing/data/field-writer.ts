import type { ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { hashDigits, hashText, mixHash } from "./hash-text.ts";
import { stringMaker } from "./string-maker.ts";

/**
 * Writes the JSON of one field's value for the item with this index, or returns `null` if the field is absent.
 */
export type FieldWriter = (index: number, hash: number) => string | null;

/**
 * Makes the writer of a field. The same item always gets the same value. A nullable field is null in about one
 * item of five, and an optional field is absent from about one of seven. `fixed` replaces the value of all
 * items.
 */
export function fieldWriter(field: ServedField, fixed?: string): FieldWriter {
  const key = hashText(field.name);
  const write = fixed === undefined ? valueWriter(field) : () => JSON.stringify(fixed);
  const { optional = false, nullable = false } = field;
  return (index, hash) => {
    const mixed = mixHash(hash, key);
    if (optional && mixed % 7 === 0) return null;
    if (nullable && mixed % 5 === 0) return "null";
    return write(index, mixed);
  };
}

function valueWriter({ name, type, enum: allowed }: ServedField): (index: number, hash: number) => string {
  const values = allowed?.map((value) => JSON.stringify(value)) ?? [];
  const one = values.length > 0 ? pickFrom(values) : scalarWriter(name, type.replace(/\[\]$/, ""));
  if (!type.endsWith("[]")) return one;
  return (index, hash) => {
    const written = Array.from({ length: hash % 3 }, (_, at) => one(index, mixHash(hash, at)));
    return `[${[...new Set(written)].join(",")}]`;
  };
}

function pickFrom(values: readonly string[]): (index: number, hash: number) => string {
  return (_, hash) => values[hash % values.length] ?? "null";
}

function scalarWriter(name: string, type: string): (index: number, hash: number) => string {
  switch (type) {
    case "number":
    case "integer":
      return numberWriter(name);
    case "boolean":
      return (_, hash) => (hash % 2 === 0 ? "true" : "false");
    case "string": {
      const make = stringMaker(name);
      return (index, hash) => JSON.stringify(make(index, hash));
    }
    case "object":
      return objectWriter(name);
    default:
      // Record<string, …> and types of later catalogs: an object with one entry.
      return type.includes("object") ? (_, hash) => `{"entry":{"id":"${name}_${hashDigits(hash)}"}}` : entry;
  }
}

function entry(index: number): string {
  return `{"note":"item ${index + 1}"}`;
}

function numberWriter(name: string): (index: number, hash: number) => string {
  if (name === "version") return (index) => String(index + 1);
  if (name.endsWith("rate")) return (_, hash) => String((hash % 1000) / 1000);
  return (_, hash) => String(hash % 100_000);
}

function objectWriter(name: string): (index: number, hash: number) => string {
  if (name === "request_counts") {
    return (_, hash) =>
      `{"processing":${hash % 7},"succeeded":${hash % 100},"errored":${hash % 3},"canceled":0,"expired":0}`;
  }
  return (_, hash) => `{"id":"${name}_${hashDigits(hash)}"}`;
}
