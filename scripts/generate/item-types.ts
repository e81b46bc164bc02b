import { clientPath } from "./camel-case.ts";
import type { CatalogEndpoint, Items, Variant } from "./catalog.ts";
import { docComment } from "./doc-comment.ts";
import { fieldMembers } from "./field-type.ts";
import { SourceFile } from "./source-file.ts";

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
