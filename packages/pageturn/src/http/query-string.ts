import { ConfigurationError } from "../errors/configuration-error.ts";

/** A query, by name. Values: text, numbers, booleans, bigints, dates, arrays and plain objects of these. */
export type QueryParams = Readonly<Record<string, unknown>>;

/** No API nests its filters this deep; an object that holds itself does. */
const MAX_DEPTH = 16;
/** Most names and values are made of these alone, and then need no encoding. */
const UNRESERVED = /^[\w.~-]*$/;
const INDEX = "%5B%5D";

function refuse(name: string, what: string): ConfigurationError {
  return new ConfigurationError(
    `Cannot send the query parameter "${name}" as its value is ${what}. ` +
      "Give text, a number, a boolean, a Date, an array or a plain object of these; undefined leaves it out.",
  );
}

function encode(text: string, name: string): string {
  if (UNRESERVED.test(text)) return text;
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw new ConfigurationError(
      `Cannot send the query parameter "${name}" as it holds half of a surrogate pair. Give well-formed text.`,
      { cause },
    );
  }
}

function dateText(date: Date, name: string): string {
  if (Number.isNaN(date.getTime())) throw refuse(name, "an invalid Date");
  return date.toISOString();
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second look lets plain objects of other realms (vm contexts, test runners) through.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function className(value: object): string {
  return `an object of the class ${value.constructor?.name || "without a name"}`;
}

interface Place {
  /** The parameter as the caller wrote it, for messages. */
  readonly name: string;
  readonly depth: number;
}

function writeObject(key: string, value: object, place: Place): string {
  if (value instanceof Date) return `&${key}=${encode(dateText(value, place.name), place.name)}`;
  if (place.depth >= MAX_DEPTH) throw refuse(place.name, `nested deeper than ${MAX_DEPTH} levels`);
  const inside = { name: place.name, depth: place.depth + 1 };
  let query = "";
  if (Array.isArray(value)) {
    // `group_by[]` is how the API itself writes such a name: it must not become `group_by[][]`.
    const itemKey = place.depth === 0 && key.endsWith(INDEX) ? key : key + INDEX;
    for (const item of value) query += write(itemKey, item, inside);
    return query;
  }
  if (!isPlainObject(value)) throw refuse(place.name, className(value));
  for (const [member, item] of Object.entries(value)) {
    query += write(`${key}%5B${encode(member, place.name)}%5D`, item, inside);
  }
  return query;
}

function write(key: string, value: unknown, place: Place): string {
  switch (typeof value) {
    case "string":
      return `&${key}=${encode(value, place.name)}`;
    case "number":
      if (!Number.isFinite(value)) throw refuse(place.name, String(value));
      return `&${key}=${encode(String(value), place.name)}`;
    case "boolean":
    case "bigint":
      return `&${key}=${value}`;
    case "undefined":
      return "";
    case "object":
      return value === null ? "" : writeObject(key, value, place);
    default:
      throw refuse(place.name, `a ${typeof value}`);
  }
}

/**
 * The query of a URL, without the `?`, in the order of the keys; `""` where nothing is to be sent.
 *
 * `undefined` and `null` are left out, inside arrays too. Arrays are written `a[]=x`, nested objects
 * `a[b]=x`, with the brackets percent-encoded; an empty array is left out and `""` is sent as `a=`.
 *
 * @example
 * ```ts
 * queryString({ limit: 20, "created_at[gte]": new Date(0), statuses: ["idle", "busy"] });
 * // "limit=20&created_at%5Bgte%5D=1970-01-01T00%3A00%3A00.000Z&statuses%5B%5D=idle&statuses%5B%5D=busy"
 * ```
 *
 * @throws {@link ConfigurationError} for a value that has no text: `NaN`, a function, a class instance.
 */
export function queryString(params: QueryParams): string {
  let query = "";
  for (const name of Object.keys(params)) {
    const value = params[name];
    if (value !== undefined && value !== null) query += write(encode(name, name), value, { name, depth: 0 });
  }
  return query.slice(1);
}
