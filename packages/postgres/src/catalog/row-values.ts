import { hash } from "node:crypto";
import type { ColumnType } from "./row-columns.ts";

/** JSON with the names of objects in order: equal values have equal texts. */
export function canonicalJSON(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJSON).join(",")}]`;
  const fields = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJSON(Reflect.get(value, name))}`);
  return `{${fields.join(",")}}`;
}

/** SHA-256 in hexadecimal digits. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

/** `JSON.stringify` writes U+0000 and half characters, and nothing else, as these escapes. The backslash itself is doubled. */
const REFUSED = /\\u0000|\\ud[89a-f][0-9a-f]{2}/;

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
  return text.replaceAll("\0", "\uFFFD").replaceAll(/\p{Surrogate}/gu, "\uFFFD");
}

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
      return typeof value === "string" && /^[+-]?\d{1,1000}(\.\d{1,1000})?$/.test(value) ? value : null;
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
