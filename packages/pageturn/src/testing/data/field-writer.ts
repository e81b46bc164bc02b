import type { ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { hashDigits, hashText, mixHash } from "./position-code.ts";

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

/** Makes the text of one field from the index of the item and a hash. */
export type StringMaker = (index: number, hash: number) => string;

const newest = Date.UTC(2026, 9, 1);
const minute = 60_000;
const day = 86_400_000;
/** With more days, the year would have five digits. */
const mostDays = 2_900_000;

const rules: readonly (readonly [RegExp, (name: string) => StringMaker])[] = [
  [/^starting_(at|date)$/, () => (index) => bucketStart(index, 0)],
  [/^ending_(at|date)$/, () => (index) => bucketStart(index, 1)],
  [/(^|_)date$/, () => (index) => bucketStart(index, 0).slice(0, 10)],
  // Lists begin with the newest item, so a higher index is an older item.
  [/^created_at$/, () => (index) => isoTime(newest - index * minute)],
  [/^expires_at$/, () => (index) => isoTime(newest - index * minute + day)],
  [/_at$/, () => (index, hash) => isoTime(newest - index * minute + (hash % 3600) * 1000)],
  [/email/, () => (index) => `user${index + 1}@example.com`],
  [/(^|_)url$|^href$/, (name) => (_, hash) => `https://example.com/${name}/${hashDigits(hash)}`],
  [/domain/, () => (index) => `t${index + 1}.example.com`],
  [/^filename$/, () => (index) => `file-${index + 1}.txt`],
  [/^mime_type$/, () => () => "text/plain"],
  [/sha256$|fingerprint$/, () => (_, hash) => hash.toString(16).padStart(8, "0").repeat(8)],
  [/^md5$/, () => (_, hash) => hash.toString(16).padStart(8, "0").repeat(4)],
  [/amount$|spend$/, () => (_, hash) => ((hash % 1_000_000) / 100).toFixed(2)],
  [/^currency$/, () => () => "USD"],
  [/^path$/, () => (index) => `/notes/${index + 1}.md`],
  [/(^|_)uuid$/, () => (index, hash) => uuid(index, hash)],
  [/(^|_)id$/, idMaker],
];

/**
 * Returns the maker for the name of a field: a time for `created_at`, a mail address for `email`, and so on.
 */
function stringMaker(name: string): StringMaker {
  const rule = rules.find(([pattern]) => pattern.test(name));
  const words = name.replaceAll("_", " ");
  return rule?.[1](name) ?? ((index) => `${words} ${index + 1}`);
}

function idMaker(name: string): StringMaker {
  const prefix = name.replace(/_?id$/, "") || "id";
  return (_, hash) => `${prefix}_${hashDigits(hash)}`;
}

function bucketStart(index: number, plus: number): string {
  return isoTime(Date.UTC(2026, 0, 1) + ((index % mostDays) + plus) * day);
}

function uuid(index: number, hash: number): string {
  const head = hash.toString(16).padStart(8, "0");
  return `${head}-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
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
