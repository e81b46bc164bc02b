import type { QueryParams } from "./page-info.ts";

/** A query by the names it is written under: text, or for a name in `[]` all its texts. */
export type WireQuery = Readonly<Record<string, string | readonly string[]>>;

/**
 * A query as it is written: `a[b]` for a member of an object, `a[]` for the items of an array, text for every
 * value; what is not sent is left out. Two queries that ask for the same thing are the same here, whether they
 * come from a caller (`{ ids: ["x"] }`) or from a server's link (`?ids[]=x`).
 */
export function wireQuery(query: QueryParams): WireQuery {
  const written = new Map<string, string | string[]>();
  for (const [name, value] of Object.entries(query)) {
    // `ids[]` is how some APIs write the name itself: its items must not become `ids[][]`.
    if (Array.isArray(value) && name.endsWith("[]")) for (const item of value) write(written, name, item);
    else write(written, name, value);
  }
  // Not by assignment: a parameter may be called `__proto__`.
  return Object.fromEntries(written);
}

/** `ids` of `ids`, `ids[]` and `ids[0]`: the ways in which one array is written. */
export function arrayName(name: string): string {
  return name.replace(/(?<=.)\[\d*\].*$/s, "");
}

function write(written: Map<string, string | string[]>, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) write(written, `${name}[]`, item);
  } else if (typeof value === "object" && !(value instanceof Date)) {
    for (const [member, item] of Object.entries(value)) write(written, `${name}[${member}]`, item);
  } else {
    const text = value instanceof Date ? value.toISOString() : String(value);
    const before = written.get(name);
    if (Array.isArray(before)) before.push(text);
    else if (before !== undefined) written.set(name, [before, text]);
    else written.set(name, name.endsWith("[]") ? [text] : text);
  }
}
