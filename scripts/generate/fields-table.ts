import { type FieldType, parseFieldType } from "../../packages/pageturn/src/anthropic/catalog/field-type.ts";
import type { Field } from "./catalog.ts";
import { fieldNotes } from "./item-types.ts";
import { table } from "./markdown.ts";

/** Writes the name of a shape or an item type as a link. */
export type LinkOf = (type: string) => string;

/** The fields of an item or a shape: names, types as in TypeScript, and notes. */
export function fieldsTable(fields: readonly Field[], linkOf: LinkOf): string {
  const rows = fields.map((field) => {
    const { name, type, nullable, since, until } = field;
    const isOptional = field.optional || since !== null || until !== null;
    const text = typeText(parseFieldType(type), { field, linkOf });
    const notes = fieldNotes(field, fields);
    return [
      `\`${name}${isOptional ? "?" : ""}\``,
      joined([...text, ...(nullable ? [" | null"] : [])]),
      notes,
    ];
  });
  return table(["Field", "Type", "Notes"], rows);
}

interface Context {
  readonly field: Field;
  readonly linkOf: LinkOf;
}

/** A type in parts: links, and code that is not yet in backticks. */
function typeText(type: FieldType, context: Context): readonly string[] {
  switch (type.kind) {
    case "name":
      return nameText(type.name, context);
    case "union":
      return type.members.flatMap((member, index) => [
        ...(index === 0 ? [] : [" | "]),
        ...typeText(member, context),
      ]);
    case "record":
      return ["Record<string, ", ...typeText(type.of, context), ">"];
    case "array": {
      const isUnion = type.of.kind === "union" || (isString(type.of) && context.field.values.length > 0);
      const inner = typeText(type.of, context);
      return isUnion ? ["(", ...inner, ")[]"] : [...inner, "[]"];
    }
  }
}

function isString(type: FieldType): boolean {
  return type.kind === "name" && type.name === "string";
}

function nameText(name: string, { field, linkOf }: Context): readonly string[] {
  if (name === "json") return ["unknown"];
  if (name === "object") return ["JsonObject"];
  if (name !== "string" || field.values.length === 0) return /^[A-Z]/.test(name) ? [linkOf(name)] : [name];
  const values = field.values.map((value) => JSON.stringify(value)).join(" | ");
  return [field.values.length === 1 ? values : `${values} | string`];
}

/** The parts of a type as Markdown: what is no link is code. */
function joined(parts: readonly string[]): string {
  const runs: string[] = [];
  for (const part of parts) {
    const last = runs.at(-1);
    if (last !== undefined && !last.startsWith("[`") && !part.startsWith("[`"))
      runs[runs.length - 1] = last + part;
    else runs.push(part);
  }
  return runs.map((run) => (run.startsWith("[`") ? run : codeOf(run))).join("");
}

/** Code, with the spaces around it outside: a code span loses them. */
function codeOf(text: string): string {
  const [, before = "", inner = "", after = ""] = /^(\s*)(.*?)(\s*)$/.exec(text) ?? [];
  return `${before}\`${inner}\`${after}`;
}
