import { createHash } from "node:crypto";
import { storableText } from "../catalog/row-values.ts";
import { MirrorError } from "../mirror-error.ts";

/** PostgreSQL cuts longer names without an error, so that two names could become one. */
const MAX_BYTES = 63;

/** Quotes the name of a schema, a table or a column. Any text becomes a valid name that says nothing else to the parser. */
export function quoted(name: string): string {
  return `"${fittingName(name).replaceAll('"', '""')}"`;
}

/**
 * The name that PostgreSQL takes for a text: no U+0000 and no half characters, not empty, at most 63 bytes. A name that is
 * changed ends with a hash of the whole text, so that different texts stay different.
 */
export function fittingName(text: string): string {
  const clean = storableText(text);
  if (clean === text && text !== "" && Buffer.byteLength(text) <= MAX_BYTES) return text;
  const hash = createHash("sha256").update(JSON.stringify(text)).digest("hex").slice(0, 10);
  let start = clean;
  while (Buffer.byteLength(start) > MAX_BYTES - hash.length - 1) start = [...start].slice(0, -1).join("");
  return `${start}_${hash}`;
}

/** A time in a statement that takes no parameters, such as `DECLARE`. */
export function timeLiteral(time: Date | null): string {
  return time === null ? "NULL::timestamptz" : `'${time.toISOString()}'::timestamptz`;
}

/** The name of the schema of a mirror. Throws for one that PostgreSQL keeps for itself, and for none. */
export function schemaName(text: string): string {
  if (text !== "" && !/^pg_|^information_schema$/.test(text)) return fittingName(text);
  const why = text === "" ? "it is empty" : "PostgreSQL keeps this name for itself";
  throw new MirrorError(`Cannot use the schema ${JSON.stringify(text)} because ${why}: use another name`);
}

/** A name that is not taken yet: the text, or the text with a hash of `origin` and a number. */
export function freeName(
  text: string,
  { taken, origin }: { taken: ReadonlySet<string>; origin: string },
): string {
  let name = fittingName(text);
  const start = [...name].slice(0, 40).join("");
  for (let attempt = 0; taken.has(name); attempt += 1) {
    const hash = createHash("sha256")
      .update(`${origin}${attempt === 0 ? "" : `\0${attempt}`}`)
      .digest("hex")
      .slice(0, 10);
    name = fittingName(`${start}_${hash}`);
  }
  return name;
}
