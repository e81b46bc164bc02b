import { hash } from "node:crypto";
import type { ColumnType } from "./row-columns.ts";

/** PostgreSQL and PGlite parse JSON by recursion, within a stack that can be as small as 100 kB. */
const MAX_DEPTH = 500;

/** JSON with the names of objects in order: equal values have equal texts. */
export function canonicalJSON(value: unknown): string {
  return orderedJSON(value).text;
}

/** Names of objects as JSON with a colon: they are few, and repeated in each item. */
const NAMES = new Map<string, string>();
const MAX_NAMES = 10_000;

function nameText(name: string): string {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(name)}:`;
  if (NAMES.size < MAX_NAMES && name.length < 100) NAMES.set(name, text);
  return text;
}

function sorted(names: string[]): string[] {
  return names.every((name, index) => index === 0 || (names[index - 1] ?? "") < name) ? names : names.sort();
}

/** An object or array that is being written. */
interface OpenValue {
  readonly value: object;
  /** In order; `null` for an array. */
  readonly names: readonly string[] | null;
  readonly count: number;
  next: number;
}

/**
 * Canonical JSON, and how deep it is nested. Objects and arrays below `maxDepth` levels are written as texts with their JSON. There is no
 * recursion: a few thousand levels, which any JSON may have, would overflow the stack.
 */
function orderedJSON(root: unknown, maxDepth = Number.POSITIVE_INFINITY): { text: string; depth: number } {
  const open: OpenValue[] = [];
  let text = "";
  let depth = 0;
  let value = root;
  for (;;) {
    if (typeof value !== "object" || value === null) text += JSON.stringify(value) ?? "null";
    else if (open.length === maxDepth) text += JSON.stringify(canonicalJSON(value));
    else {
      const names = Array.isArray(value) ? null : sorted(Object.keys(value));
      text += names === null ? "[" : "{";
      open.push({ value, names, count: names?.length ?? Reflect.get(value, "length"), next: 0 });
      if (open.length > depth) depth = open.length;
    }
    let last = open.at(-1);
    while (last !== undefined && last.next === last.count) {
      text += last.names === null ? "]" : "}";
      open.pop();
      last = open.at(-1);
    }
    if (last === undefined) return { text, depth };
    const { names, next } = last;
    if (next > 0) text += ",";
    const name = names === null ? next : (names[next] ?? "");
    if (typeof name === "string") text += nameText(name);
    value = Reflect.get(last.value, name);
    last.next += 1;
  }
}

/** An item as its row has it. */
export interface RowItem {
  /** Canonical JSON of the item. */
  readonly json: string;
  /** What the database can parse: the item, or a copy whose deepest objects and arrays are texts with their JSON. */
  readonly item: unknown;
  /** Whether `item` is such a copy. */
  readonly isCut: boolean;
}

/** Prepares an item for its row. */
export function rowItem(item: unknown): RowItem {
  const { text: json, depth } = orderedJSON(item);
  if (depth <= MAX_DEPTH) return { json, item, isCut: false };
  return { json, item: JSON.parse(orderedJSON(item, MAX_DEPTH).text), isCut: true };
}

/** SHA-256 in hexadecimal digits. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

/** `JSON.stringify` writes U+0000 and half characters, and nothing else, as these escapes. The backslash itself is doubled. */
const REFUSED = /\\u0000|\\ud[89a-f][0-9a-f]{2}/;

/** The texts of an item for `_raw` and `_exact`. */
export function itemTexts({ json, item, isCut }: RowItem): {
  readonly raw: string;
  readonly exact: string | null;
} {
  return isCut ? { raw: jsonTexts(canonicalJSON(item)).raw, exact: json } : jsonTexts(json);
}

/** The text of JSON for a `jsonb` column, and the exact text if `jsonb` refuses it. */
export function jsonTexts(text: string): { readonly raw: string; readonly exact: string | null } {
  if (!REFUSED.test(text)) return { raw: text, exact: null };
  // An even number of backslashes before `\u0000` makes it a text with a backslash in it, which is fine as it is.
  const raw = text.replaceAll(/(\\\\)|\\u0000|\\ud[89a-f][0-9a-f]{2}/g, (match) =>
    match === "\\\\" ? match : "\uFFFD",
  );
  return raw === text ? { raw, exact: null } : { raw, exact: text };
}

/** A text that a `text` column takes: U+0000 and half characters are replaced. */
export function storableText(text: string): string {
  return /[\0\p{Surrogate}]/u.test(text) ? text.replaceAll(/[\0\p{Surrogate}]/gu, "\uFFFD") : text;
}

/** A decimal, with an exponent or without. `numeric` takes 131,072 digits before the point and 16,383 after it. */
const DECIMAL = /^[+-]?(?:\d{1,1000}(?:\.\d{0,1000})?|\.\d{1,1000})(?:[eE][+-]?\d{1,4})?$/;

/** The text of a value for a typed column; `null` if the value does not fit. It is in `_raw` in any case. */
export function columnText(value: unknown, type: ColumnType): string | null {
  if (value === undefined || value === null) return null;
  switch (type) {
    case "text":
      return typeof value === "string" ? storableText(value) : null;
    case "boolean":
      return typeof value === "boolean" ? String(value) : null;
    case "numeric":
      if (typeof value === "number") return Number.isFinite(value) ? String(value) : null;
      return typeof value === "string" && DECIMAL.test(value) ? value : null;
    case "timestamptz":
      return typeof value === "string" ? timeText(value) : null;
    case "jsonb":
      return jsonTexts(JSON.stringify(value) ?? "null").raw;
  }
}

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,9})?(Z|[+-](?:0\d|1[0-4]):[0-5]\d))?$/;

/** A time that PostgreSQL takes, with all its digits; `null` for anything else. A date is its midnight in UTC. */
export function timeText(text: string): string | null {
  const [all, year = "", month = "", day = "", hour] = TIME.exec(text) ?? [];
  if (all === undefined || year === "0000") return null;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // 30 February becomes another day.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  return hour === undefined ? `${all}T00:00:00Z` : all;
}
