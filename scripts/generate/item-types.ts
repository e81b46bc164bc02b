import type { CatalogEndpoint, Field, Items, Variant } from "./catalog.ts";
import { clientPath } from "./names.ts";
import { docComment, SourceFile } from "./source-file.ts";

/** The file of the items that the entries of a data file define. */
export function itemTypes(name: string, endpoints: readonly CatalogEndpoint[]): SourceFile {
  const file = new SourceFile(`${name}-items.ts`);
  const own = endpoints.filter(({ id, items }) => items.definedBy === id);
  for (const { id, items } of own.toSorted((a, b) => (a.items.type < b.items.type ? -1 : 1))) {
    for (const part of itemParts(items, { place: clientPath(id), file })) file.add(part);
  }
  return file;
}

interface Context {
  /** How callers write the endpoint. */
  readonly place: string;
  readonly file: SourceFile;
}

function itemParts(items: Items, { place, file }: Context): readonly string[] {
  const { type, variants } = items;
  const [first] = variants;
  if (first === undefined) {
    const object = file.importType("JsonObject", "../../../pagination/request/page-request.ts");
    return [
      `${docComment([`An item of \`${place}\`. Only that it is an object is known.`])}\nexport type ${type} = ${object};`,
    ];
  }
  if (variants.length === 1 && first.type === type) {
    return [interfaceOf(first, { doc: `An item of \`${place}\`.`, file })];
  }
  return [
    `${docComment([`An item of \`${place}\`: one of the kinds that are known. The API may bring new ones.`])}
export type ${type} = ${variants.map((variant) => variant.type).join(" | ")};`,
    ...variants.map((variant) => interfaceOf(variant, { doc: `One kind of {@link ${type}}.`, file })),
  ];
}

function interfaceOf(
  variant: Variant,
  { doc, file }: { readonly doc: string; readonly file: SourceFile },
): string {
  return `${docComment([doc])}
export interface ${variant.type} {
${fieldMembers(variant.fields, file)}
}`;
}

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
