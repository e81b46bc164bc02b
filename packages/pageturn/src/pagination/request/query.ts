import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { isPlainObject } from "./check-option.ts";

/** The parameters of a query, in the order in which they are written. */
export type QueryParams = Readonly<Record<string, unknown>>;

/** A parameter as it stands in a URL, decoded. */
export type WirePair = readonly [name: string, text: string];

/** A query by the names it is written under. The texts of a name in `[]` are an array. */
export type WireQuery = Readonly<Record<string, string | readonly string[] | RepeatedParameter>>;

/** The values of a parameter that a URL repeats: `a=1&a=2`. It is written that way again, not as `a[]=1&a[]=2`. */
export class RepeatedParameter {
  readonly texts: string[];

  constructor(texts: string[]) {
    this.texts = texts;
  }

  toJSON(): readonly string[] {
    return this.texts;
  }
}

/** Deeper than any API nests its filters. An object that contains itself reaches it. */
const MAX_DEPTH = 16;

/**
 * The parameters of a query as they are written, in its order: `a[b]` for a member of an object, `a[]` for the items
 * of an array, text for every value. `undefined` and `null` are left out, inside arrays too. Throws
 * {@link ConfigurationError} for a value that has no text: `NaN`, a function, an instance of a class.
 */
export function wirePairs(query: QueryParams): WirePair[] {
  const pairs: WirePair[] = [];
  for (const name of Object.keys(query)) {
    const value = query[name];
    // Cursors are text, and they are written for every page.
    if (typeof value === "string") pairs.push([name, value]);
    else if (value instanceof RepeatedParameter) for (const text of value.texts) pairs.push([name, text]);
    else {
      // `ids[]` is how some APIs write the name itself: its items must not become `ids[][]`.
      const wireName = Array.isArray(value) && name.endsWith("[]") ? name.slice(0, -2) : name;
      write(pairs, wireName, { value, name, depth: 0 });
    }
  }
  return pairs;
}

/**
 * A query whose nested objects are written out: `{ page: { size: 5 } }` as `{ "page[size]": 5 }`. So a strategy finds
 * its parameters under the names that they have in a URL. Values keep their types.
 */
export function flatQuery(query: QueryParams): QueryParams {
  if (!Object.values(query).some(isPlainObject)) return query;
  // Throws for an object that contains itself.
  wirePairs(query);
  return Object.fromEntries(Object.entries(query).flatMap(flatEntries));
}

function flatEntries([name, value]: readonly [string, unknown]): (readonly [string, unknown])[] {
  if (!isPlainObject(value)) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => flatEntries([`${name}[${key}]`, inner]));
}

/**
 * A query as it is written, by name. Equal queries have equal results, whether they come from a caller
 * (`{ ids: ["x"] }`) or from a link of the server (`?ids[]=x`).
 */
export function wireQuery(query: QueryParams): WireQuery {
  return byName(wirePairs(query));
}

/** The parameters of a `URLSearchParams` by name. */
export function byName(pairs: Iterable<WirePair>): WireQuery {
  const query = new Map<string, string | string[] | RepeatedParameter>();
  for (const [name, text] of pairs) {
    const before = query.get(name);
    if (before === undefined) query.set(name, name.endsWith("[]") ? [text] : text);
    else if (typeof before === "string") query.set(name, new RepeatedParameter([before, text]));
    else (before instanceof RepeatedParameter ? before.texts : before).push(text);
  }
  // Not by assignment: a parameter may be called `__proto__`.
  return Object.fromEntries(query);
}

/** `ids` for `ids`, `ids[]` and `ids[0]`: the ways in which one array is written. */
export function arrayName(name: string): string {
  return name.replace(/(?<=.)\[\d*\].*$/s, "");
}

interface Place {
  readonly value: unknown;
  /** The parameter as the caller wrote it, for messages. */
  readonly name: string;
  readonly depth: number;
}

function write(pairs: WirePair[], wireName: string, { value, name, depth }: Place): void {
  if (value === undefined || value === null) return;
  if (depth > MAX_DEPTH) throw refused(name, `nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) {
    for (const item of value) write(pairs, `${wireName}[]`, { value: item, name, depth: depth + 1 });
  } else if (isPlainObject(value)) {
    for (const [member, item] of Object.entries(value)) {
      write(pairs, `${wireName}[${member}]`, { value: item, name, depth: depth + 1 });
    }
  } else pairs.push([wireName, textOf(value, name)]);
}

function textOf(value: unknown, name: string): string {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  if (typeof value === "number" ? Number.isFinite(value) : /^(?:string|boolean|bigint)$/.test(typeof value))
    return String(value);
  throw refused(name, typeof value === "number" ? String(value) : `of type ${typeof value}`);
}

/** A copy of a query with arrays, objects and dates of its own. */
export function copiedQuery(query: QueryParams): QueryParams {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, copyOf(value, 0)]));
}

function copyOf(value: unknown, depth: number): unknown {
  // Deeper ones are refused where the query is written.
  if (depth > MAX_DEPTH) return value;
  if (value instanceof Date) return new Date(value);
  if (Array.isArray(value)) return value.map((item) => copyOf(item, depth + 1));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyOf(item, depth + 1)]));
}

function refused(name: string, what: string): ConfigurationError {
  return new ConfigurationError(
    `Cannot send the query parameter "${name}": its value is ${what}. ` +
      "Pass text, a number, a boolean, a valid Date, or an array or object of these",
  );
}

/** Most names and values are made of these alone, and then need no encoding. */
const UNRESERVED = /^[\w.~-]*$/;

/**
 * The query of a URL, without the `?`; `""` where nothing is to be sent. See {@link wirePairs}: brackets are
 * percent-encoded, and an empty text is sent as `a=`.
 */
export function queryString(params: QueryParams): string {
  let query = "";
  for (const [name, text] of wirePairs(params)) query += `&${encode(name, name)}=${encode(text, name)}`;
  return query.slice(1);
}

function encode(text: string, name: string): string {
  if (UNRESERVED.test(text)) return text;
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    const why = "its text is not well-formed Unicode";
    throw new ConfigurationError(`Cannot send the query parameter "${name}" because ${why}`, { cause });
  }
}
