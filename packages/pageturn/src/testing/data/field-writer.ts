import { type FieldType, parseFieldType } from "../../anthropic/catalog/field-type.ts";
import type { ServedEndpoint, ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { hashDigits, hashText, mixHash } from "./position-code.ts";

/**
 * Writes the JSON of one field's value for the item with this index, or returns `null` if the field is absent.
 */
export type FieldWriter = (index: number, hash: number) => string | null;

/** What is inside of an item, as far as the catalog says it. */
export interface WriterContext {
  readonly shapes: NonNullable<ServedEndpoint["shapes"]>;
  /** How many objects a field is inside of. */
  readonly depth: number;
}

/** Shapes may contain themselves: below this depth, what may be left out is. */
const MAX_DEPTH = 4;

/**
 * Makes the writer of a field. The same item always gets the same value. A nullable field is null in about one
 * item of five, and an optional field is absent from about one of seven. `fixed` replaces the value of all
 * items.
 */
export function fieldWriter(
  field: ServedField,
  { fixed, ...context }: WriterContext & { readonly fixed?: string | undefined },
): FieldWriter {
  const key = hashText(field.name);
  const write = fixed === undefined ? valueWriter(field, context) : () => JSON.stringify(fixed);
  const { optional = false, nullable = false } = field;
  const isDeep = context.depth >= MAX_DEPTH;
  return (index, hash) => {
    const mixed = mixHash(hash, key);
    if (optional && (isDeep || mixed % 7 === 0)) return null;
    if (nullable && (isDeep || mixed % 5 === 0)) return "null";
    return write(index, mixed);
  };
}

/** Makes the writer of an object. */
export function objectWriter(
  fields: readonly ServedField[],
  writerOf: (field: ServedField) => FieldWriter,
): Writer {
  const writers = fields.map((field) => ({ name: `${JSON.stringify(field.name)}:`, write: writerOf(field) }));
  return (index, hash) => {
    let json = "";
    for (const { name, write } of writers) {
      const value = write(index, hash);
      if (value !== null) json += `${json === "" ? "" : ","}${name}${value}`;
    }
    return `{${json}}`;
  };
}

/** Writes a value from the index of the item and a hash. */
export type Writer = (index: number, hash: number) => string;

function valueWriter({ name, type, enum: allowed }: ServedField, context: WriterContext): Writer {
  const values = allowed?.map((value) => JSON.stringify(value)) ?? [];
  const isDeep = context.depth >= MAX_DEPTH;
  const writerOf = (inner: FieldType): Writer => {
    if (inner.kind === "name") {
      if (inner.name === "string" && values.length > 0)
        return (_, hash) => values[hash % values.length] ?? "null";
      return Object.hasOwn(context.shapes, inner.name)
        ? shapeWriter(inner.name, context)
        : scalarWriter(name, inner.name);
    }
    if (inner.kind === "union") {
      const members = inner.members.map(writerOf);
      return (index, hash) => members[hash % members.length]?.(index, mixHash(hash, 1)) ?? "null";
    }
    const one = writerOf(inner.of);
    if (inner.kind === "record") return (index, hash) => (isDeep ? "{}" : `{"entry":${one(index, hash)}}`);
    return (index, hash) => {
      const length = isDeep ? 0 : hash % 3;
      const written = Array.from({ length }, (_, at) => one(index, mixHash(hash, at)));
      return `[${[...new Set(written)].join(",")}]`;
    };
  };
  return writerOf(parseFieldType(type));
}

/** Made at the first use: a shape may contain itself. */
function shapeWriter(name: string, { shapes, depth }: WriterContext): Writer {
  let made: Writer | undefined;
  const make = (): Writer => {
    const shape = shapes[name] ?? { fields: [] };
    const context = { shapes, depth: depth + 1 };
    if ("fields" in shape) return objectWriter(shape.fields, (field) => fieldWriter(field, context));
    const members = shape.union.map((member) => shapeWriter(member, { shapes, depth }));
    return (index, hash) => members[hash % members.length]?.(index, mixHash(hash, 2)) ?? "null";
  };
  return (index, hash) => {
    made ??= make();
    return made(index, hash);
  };
}

function scalarWriter(name: string, type: string): Writer {
  switch (type) {
    case "null":
      return () => "null";
    case "number":
    case "integer":
      if (name === "version") return (index) => String(index + 1);
      return (_, hash) => String(name.endsWith("rate") ? (hash % 1000) / 1000 : hash % 100_000);
    case "boolean":
      return (_, hash) => (hash % 2 === 0 ? "true" : "false");
    case "string": {
      const make = texts.find(([pattern]) => pattern.test(name))?.[1];
      const words = name.replaceAll("_", " ");
      return (index, hash) => JSON.stringify(make?.(index, hash, name) ?? `${words} ${index + 1}`);
    }
    default:
      return (_, hash) => `{"id":"${name}_${hashDigits(hash)}"}`;
  }
}

const newest = Date.UTC(2026, 9, 1);
const minute = 60_000;
const day = 86_400_000;
/** With more days, the year would have five digits. */
const mostDays = 2_900_000;

/** The texts of string fields by name. The first pattern that matches applies. */
const texts: readonly (readonly [RegExp, (index: number, hash: number, name: string) => string])[] = [
  [/^starting_(at|date)$/, (index) => bucketStart(index)],
  [/^ending_(at|date)$/, (index) => bucketStart(index, 1)],
  [/(^|_)date$/, (index) => bucketStart(index).slice(0, 10)],
  // Lists begin with the newest item, so a higher index is an older item.
  [/^created_at$/, (index) => isoTime(newest - index * minute)],
  [/^expires_at$/, (index) => isoTime(newest - index * minute + day)],
  [/_at$/, (index, hash) => isoTime(newest - index * minute + (hash % 3600) * 1000)],
  [/email/, (index) => `user${index + 1}@example.com`],
  [/(^|_)url$|^href$/, (_, hash, name) => `https://example.com/${name}/${hashDigits(hash)}`],
  [/domain/, (index) => `t${index + 1}.example.com`],
  [/^filename$/, (index) => `file-${index + 1}.txt`],
  [/^mime_type$/, () => "text/plain"],
  [/sha256$|fingerprint$/, (_, hash) => hex(hash, 8).repeat(8)],
  [/^md5$/, (_, hash) => hex(hash, 8).repeat(4)],
  [/amount$|spend$/, (_, hash) => ((hash % 1_000_000) / 100).toFixed(2)],
  [/^currency$/, () => "USD"],
  [/^path$/, (index) => `/notes/${index + 1}.md`],
  [/(^|_)uuid$/, (index, hash) => `${hex(hash, 8)}-0000-4000-8000-${hex(index, 12)}`],
  [/(^|_)id$/, (_, hash, name) => `${name.replace(/_?id$/, "") || "id"}_${hashDigits(hash)}`],
];

function bucketStart(index: number, plus = 0): string {
  return isoTime(Date.UTC(2026, 0, 1) + ((index % mostDays) + plus) * day);
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, "0");
}

const pairs = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));

let lastDay = Number.NaN;
let lastDate = "";

/**
 * Writes a time in milliseconds since 1970 as ISO 8601, to the second. A page of a thousand items has thousands
 * of times, most of them on one day. With `Date`, they would take most of the time that it takes to write the
 * page.
 */
export function isoTime(milliseconds: number): string {
  const days = Math.floor(milliseconds / day);
  if (days !== lastDay) {
    lastDay = days;
    lastDate = new Date(days * day).toISOString().slice(0, -"00:00:00.000Z".length);
  }
  const seconds = Math.floor((milliseconds - days * day) / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${lastDate}${pairs[Math.floor(minutes / 60)]}:${pairs[minutes % 60]}:${pairs[seconds % 60]}Z`;
}
