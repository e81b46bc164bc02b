import type { Field } from "./catalog.ts";
import type { SourceFile } from "./source-file.ts";

/** The members of an interface, one for each field. */
export function fieldMembers(fields: readonly Field[], file: SourceFile): string {
  return fields.map((field) => fieldMember(field, file)).join("\n");
}

function fieldMember(field: Field, file: SourceFile): string {
  const { name, since, until } = field;
  const mark = field.optional || since !== null || until !== null ? "?" : "";
  const nullable = field.nullable ? " | null" : "";
  return `${versionNote(field)}  readonly ${name}${mark}: ${fieldType(field, file)}${nullable};`;
}

function versionNote({ since, until }: Field): string {
  if (since !== null) return `  /** From API version ${since} on. */\n`;
  return until === null ? "" : `  /** In API versions before ${until}. */\n`;
}

function fieldType(field: Field, file: SourceFile): string {
  const object = (): string => file.importType("JsonObject", "../../../pagination/request/page-request.ts");
  switch (field.type) {
    case "string":
      return stringType(field, file);
    case "string[]":
      return `readonly ${stringType(field, file)}[]`;
    // What is inside records of objects is not the same for all: any JSON.
    case "object":
    case "Record<string, object>":
      return object();
    case "object[]":
      return `readonly ${object()}[]`;
    case "Record<string, string>":
      return "Readonly<Record<string, string>>";
    default:
      return field.type;
  }
}

/** One value is what tells types apart, and stays exact; among several the API may bring new ones. */
function stringType({ values }: Field, file: SourceFile): string {
  if (values.length === 0) return "string";
  const union = values.map((value) => JSON.stringify(value)).join(" | ");
  return values.length === 1 ? union : `${file.importType("Open", "../list-of.ts")}<${union}>`;
}
