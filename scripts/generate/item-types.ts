import { type FieldType, parseFieldType } from "../../packages/pageturn/src/anthropic/catalog/field-type.ts";
import type { Catalog, Field, Items, Shapes, Variant } from "./catalog.ts";
import { clientPath } from "./names.ts";
import { docComment, SourceFile } from "./source-file.ts";

/** The file of the items that the entries of a data file define. */
export function itemTypes(name: string, { endpoints, shapes }: Catalog): SourceFile {
  const file = new SourceFile(`${name}-items.ts`);
  const own = endpoints.filter(({ id, items }) => items.definedBy === id);
  for (const { id, items } of own.toSorted((a, b) => (a.items.type < b.items.type ? -1 : 1))) {
    for (const part of itemParts(items, { place: clientPath(id), file, shapes })) file.add(part);
  }
  return file;
}

/** The file of the shapes that a data file defines. */
export function shapeTypes(name: string, shapes: Shapes): SourceFile {
  const file = new SourceFile(`${name}-shapes.ts`);
  for (const [type, { file: home, shape }] of shapes) {
    if (home !== name) continue;
    if ("fields" in shape) file.add(interfaceOf({ type, ...shape }, { file, shapes }));
    else
      file.add(
        `export type ${type} = ${shape.union.map((each) => shapeType(each, { file, shapes })).join(" | ")};`,
      );
  }
  return file;
}

/** What the members of an interface are written with. */
interface MemberContext {
  readonly file: SourceFile;
  readonly shapes: Shapes;
}

interface Context extends MemberContext {
  /** How callers write the endpoint. */
  readonly place: string;
}

function itemParts(items: Items, { place, ...context }: Context): readonly string[] {
  const { type, variants } = items;
  const [first] = variants;
  if (first === undefined) {
    const object = shapeType("object", context);
    return [
      `${docComment([`An item of \`${place}\`. Only that it is an object is known.`])}\nexport type ${type} = ${object};`,
    ];
  }
  if (variants.length === 1 && first.type === type) {
    return [interfaceOf(first, { doc: `An item of \`${place}\`.`, ...context })];
  }
  return [
    `${docComment([`An item of \`${place}\`: one of the kinds that are known. The API may bring new ones.`])}
export type ${type} = ${variants.map((variant) => variant.type).join(" | ")};`,
    ...variants.map((variant) => interfaceOf(variant, { doc: `One kind of {@link ${type}}.`, ...context })),
  ];
}

function interfaceOf(
  variant: Omit<Variant, "others"> & Partial<Variant>,
  { doc, ...context }: MemberContext & { readonly doc?: string },
): string {
  const { type, others = null } = variant;
  const notes = [doc, others].filter((note) => typeof note === "string").join(" ");
  const base = others === null ? "" : ` extends ${shapeType("object", context)}`;
  return `${notes === "" ? "" : `${docComment([notes])}\n`}export interface ${type}${base} {
${fieldMembers(variant.fields, context)}
}`;
}

/** The members of an interface, one for each field. */
export function fieldMembers(fields: readonly Field[], context: MemberContext): string {
  return fields.map((field) => fieldMember(field, fields, context)).join("\n");
}

function fieldMember(field: Field, fields: readonly Field[], context: MemberContext): string {
  const { name, type, since, until } = field;
  const mark = field.optional || since !== null || until !== null ? "?" : "";
  const nullable = field.nullable ? " | null" : "";
  const doc = fieldNotes(field, fields);
  const comment = doc === "" ? "" : `${docComment([doc], "  ")}\n`;
  return `${comment}  readonly ${name}${mark}: ${typeText(parseFieldType(type), field, context)}${nullable};`;
}

/** What there is to say about a field: the unit, the API versions that have it, and why its type is open. */
export function fieldNotes(field: Field, fields: readonly Field[]): string {
  return [unitOf(field, fields), versionNote(field), field.open].filter((part) => part !== null).join(" ");
}

function versionNote({ since, until }: Field): string | null {
  if (since !== null) return `From API version ${since} on.`;
  return until === null ? null : `In API versions before ${until}.`;
}

/** The unit of a value, where its name says it. */
function unitOf({ name, type, values }: Field, fields: readonly Field[]): string | null {
  const isText = type === "string" && values.length === 0;
  if (isText && /_at$/.test(name)) return "A time, RFC 3339.";
  if (isText && /(?:^|_)date$/.test(name)) return "A date, YYYY-MM-DD.";
  const isMoney = /(?:amount|_spend|_price)$/.test(name) && fields.some((each) => each.name === "currency");
  if (isText && isMoney) return "In the smallest unit of `currency` (cents), as decimal text.";
  if (type === "number" && isMoney) return "In the smallest unit of `currency` (cents).";
  if (type !== "number") return null;
  if (/tokens$/.test(name)) return "A number of tokens.";
  if (/_bytes$/.test(name)) return "In bytes.";
  if (/_ms$/.test(name)) return "In milliseconds.";
  return /_seconds$/.test(name) ? "In seconds." : null;
}

function typeText(type: FieldType, field: Field, context: MemberContext): string {
  const inner = (each: FieldType): string => typeText(each, field, context);
  switch (type.kind) {
    case "name":
      return type.name === "string" ? stringType(field, context.file) : shapeType(type.name, context);
    case "union":
      return type.members.map(inner).join(" | ");
    case "record":
      return `Readonly<Record<string, ${inner(type.of)}>>`;
    case "array": {
      const item = inner(type.of);
      return `readonly ${/^[\w.]+(?:<[^|]*>)?$|^Open</.test(item) ? item : `(${item})`}[]`;
    }
  }
}

/** A type by its name in the catalog. */
function shapeType(name: string, { file, shapes }: MemberContext): string {
  const home = shapes.get(name);
  if (home !== undefined) return file.importType(name, `./${home.file}-shapes.ts`);
  if (name === "json") return "unknown";
  return name === "object"
    ? file.importType("JsonObject", "../../../pagination/request/page-request.ts")
    : name;
}

/** One value is what tells types apart, and stays exact; among several the API may bring new ones. */
function stringType({ values }: Field, file: SourceFile): string {
  if (values.length === 0) return "string";
  const union = values.map((value) => JSON.stringify(value)).join(" | ");
  return values.length === 1 ? union : `${file.importType("Open", "../open.ts")}<${union}>`;
}
