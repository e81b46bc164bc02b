import { type FieldType, parseFieldType } from "../../anthropic/catalog/field-type.ts";
import type { ServedEndpoint, ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { hashDigits, hashText, mixHash } from "./position-code.ts";

/**
 * Writes the JSON of one field's value for the item with this index, or returns `null` if the field is absent.
 */
export type FieldWriter = (index: number, hash: number) => string | null;

/** What a writer knows of the item. */
export interface WriterContext {
  readonly shapes: NonNullable<ServedEndpoint["shapes"]>;
  /** How many objects a field is inside of. */
  readonly depth: number;
  /** The names of the fields that lead to it: `agent.id`. */
  readonly path: string;
  /** Values that replace those of all items, by path. */
  readonly fixed?: Readonly<Record<string, string>> | undefined;
  /** The paths where several items have the same value, so that a filter finds some. Default: none. */
  readonly repeated?: ReadonlySet<string> | undefined;
  /** The field that holds the time of the item itself. Default: `created_at`. */
  readonly timeField?: string | undefined;
  /** The time of an item in milliseconds since 1970. Default: one minute more for each item. */
  readonly timeOf?: ((index: number) => number) | undefined;
  /** No time is later, in milliseconds since 1970, but those of what will come. */
  readonly now?: number | undefined;
}

/** Shapes may contain themselves: below this depth, what may be left out is. */
const MAX_DEPTH = 4;

/**
 * Makes the writer of a field. The same item always gets the same value. A nullable field is null in about one
 * item of five, and an optional field is absent from about one of seven.
 */
export function fieldWriter(field: ServedField, context: WriterContext): FieldWriter {
  const key = hashText(field.name);
  if (context.fixed !== undefined && Object.hasOwn(context.fixed, context.path)) {
    const fixed = JSON.stringify(context.fixed[context.path]);
    return () => fixed;
  }
  const write = valueWriter(field, context);
  const { optional = false, nullable = false } = field;
  const isDeep = context.depth >= MAX_DEPTH;
  return (index, hash) => {
    const mixed = mixHash(hash, key);
    if (optional && (isDeep || mixed % 7 === 0)) return null;
    if (nullable && (isDeep || mixed % 5 === 0)) return "null";
    return write(index, mixed);
  };
}

/** Makes the writer of an object from those of its fields. */
export function objectWriter(fields: ReadonlyMap<string, FieldWriter>): Writer {
  const writers = [...fields].map(([name, write]) => ({ key: `${JSON.stringify(name)}:`, write }));
  return (index, hash) => {
    let json = "";
    for (const { key, write } of writers) {
      const value = write(index, hash);
      if (value !== null) json += `${json === "" ? "" : ","}${key}${value}`;
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
        : scalarWriter(name, inner.name, context);
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
function shapeWriter(name: string, context: WriterContext): Writer {
  let made: Writer | undefined;
  const make = (): Writer => {
    const shape = context.shapes[name] ?? { fields: [] };
    if ("fields" in shape) {
      const inside = (field: ServedField) =>
        fieldWriter(field, { ...context, depth: context.depth + 1, path: `${context.path}.${field.name}` });
      return objectWriter(new Map(shape.fields.map((field) => [field.name, inside(field)])));
    }
    const members = shape.union.map((member) => shapeWriter(member, context));
    return (index, hash) => members[hash % members.length]?.(index, mixHash(hash, 2)) ?? "null";
  };
  return (index, hash) => {
    made ??= make();
    return made(index, hash);
  };
}

/** How many values a field has that filters compare. */
const POOL = 4;

function scalarWriter(name: string, type: string, context: WriterContext): Writer {
  const { path, repeated, timeField = "created_at", now = newest } = context;
  const { timeOf = (index: number) => now - index * minute } = context;
  const pool = repeated?.has(path) === true ? hashText(path) : null;
  switch (type) {
    case "null":
      return () => "null";
    case "number":
    case "integer":
      if (pool !== null) return (_, hash) => String((hash % POOL) + 1);
      if (name === "version") return (index) => String(index + 1);
      return (_, hash) => String(name.endsWith("rate") ? (hash % 1000) / 1000 : hash % 100_000);
    case "boolean":
      return (_, hash) => (hash % 2 === 0 ? "true" : "false");
    case "string": {
      // The id in an agent is the id of the agent.
      const full = name === "id" ? path.replace(/\.id$/, "_id").replace(/^.*\./, "") : name;
      const make = texts.find(([pattern]) => pattern.test(full))?.[1] ?? plainText;
      const write = (index: number, hash: number, time: number) =>
        JSON.stringify(make({ index, hash, name: full, time, now, isExact: path === timeField }));
      if (pool === null) return (index, hash) => write(index, hash, timeOf(index));
      return (_, hash) => write(hash % POOL, mixHash(pool, hash % POOL), now);
    }
    default:
      return contentWriter(name, { ...context, path: `${path}.id` });
  }
}

/** Objects whose fields the API does not document have an id; those of messages have a text of their type. */
function contentWriter(name: string, context: WriterContext): Writer {
  if (name === "content") {
    return (index, hash) => {
      const text = `text ${index + 1} `.repeat(8 + (hash % 8)).trim();
      return JSON.stringify(
        hash % 2 === 0
          ? { type: "tool_result", text }
          : { type: "tool_use", input: JSON.stringify({ text }) },
      );
    };
  }
  const write = scalarWriter(`${name}_id`, "string", context);
  return (index, hash) => `{"id":${write(index, hash)}}`;
}

const newest = Date.UTC(2026, 9, 1);
const minute = 60_000;
const day = 86_400_000;
/** With more days, the year would have five digits. */
const mostDays = 2_900_000;

/** What a text is made from. */
interface TextParts {
  readonly index: number;
  readonly hash: number;
  readonly name: string;
  /** The time of the item, in milliseconds since 1970. */
  readonly time: number;
  readonly now: number;
  /** The field holds the time of the item itself. */
  readonly isExact: boolean;
}

type TextMaker = (parts: TextParts) => string;

/** The texts of string fields by name. The first pattern that matches applies. */
const texts: readonly (readonly [RegExp, TextMaker])[] = [
  [/^starting_(at|date)$/, ({ index }) => bucketStart(index)],
  [/^ending_(at|date)$/, ({ index }) => bucketStart(index, 1)],
  [/(^|_)date$/, ({ index }) => bucketStart(index).slice(0, 10)],
  [/^expires_at$/, ({ time }) => isoTime(time + day)],
  // All other times of an item are up to ten minutes later than its own, and not later than now.
  [/_at$/, (parts) => isoTime(laterTime(parts))],
  [/email/, ({ index }) => `user${index + 1}@example.com`],
  [/(^|_)url$|^href$/, ({ name, hash }) => `https://example.com/${name}/${hashDigits(hash)}`],
  [/domain/, ({ index }) => `t${index + 1}.example.com`],
  [/^filename$/, ({ index }) => `file-${index + 1}.txt`],
  [/^mime_type$/, () => "text/plain"],
  [/sha256$|fingerprint$/, ({ hash }) => hex(hash, 8).repeat(8)],
  [/^md5$/, ({ hash }) => hex(hash, 8).repeat(4)],
  [/amount$|spend$/, ({ hash }) => ((hash % 1_000_000) / 100).toFixed(2)],
  [/^currency$/, () => "USD"],
  [/^path$/, ({ index }) => filePath(index)],
  [/(^|_)uuid$/, ({ index, hash }) => `${hex(hash, 8)}-0000-4000-8000-${hex(Math.abs(index), 12)}`],
  [/^models?$/, ({ index }) => `${modelNames[Math.abs(index) % modelNames.length]}`],
  [/(^|_)id$/, ({ name, hash }) => `${name.replace(/_?id$/, "") || "id"}_${hashDigits(hash)}`],
];

const modelNames = ["claude-opus-4-8", "claude-sonnet-4-6", "claude-haiku-4-5", "claude-sonnet-4-5"];

function laterTime({ name, time, now, hash, isExact }: TextParts): number {
  if (isExact || name === "created_at") return time;
  const most = Math.min(600, Math.floor((now - time) / 1000));
  return most <= 0 ? time : time + (hash % (most + 1)) * 1000;
}

function plainText({ name, index }: TextParts): string {
  return `${name.replaceAll("_", " ")} ${index + 1}`;
}

/** The number of folders that files are in. */
const FOLDERS = 5;

/** Every other file is in a folder of `/notes/`. */
function filePath(index: number): string {
  return index % 2 === 0 ? `/${index + 1}.md` : `/notes/${(Math.abs(index) >> 1) % FOLDERS}/${index + 1}.md`;
}

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
