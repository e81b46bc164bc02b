import type { Bound, CatalogEndpoint, Field, Items, Param } from "./catalog.ts";
import { literal } from "./endpoint-table.ts";
import { SourceFile } from "./source-file.ts";

/** The files of the whole catalog, which the mock server serves from: one for each data file, and their sum. */
export function fullFiles(endpoints: readonly CatalogEndpoint[]): readonly SourceFile[] {
  const names = [...new Set(endpoints.map(({ file }) => file))].sort();
  const sum = new SourceFile("full/full-catalog.ts");
  sum.importType("ServedEndpoint", "../../served-endpoint.ts");
  for (const name of names) sum.importValue(constant(name), `./${name}.ts`);
  sum.add(`/** All endpoints with all that is known of them. No client loads this. */
export const fullCatalog: readonly ServedEndpoint[] = [${names.map((name) => `...${constant(name)}`).join(", ")}];`);
  return [
    sum,
    ...names.map((name) =>
      fullFile(
        name,
        endpoints.filter(({ file }) => file === name),
      ),
    ),
  ];
}

function constant(name: string): string {
  return `${name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())}Endpoints`;
}

function fullFile(name: string, endpoints: readonly CatalogEndpoint[]): SourceFile {
  const file = new SourceFile(`full/${name}.ts`);
  file.importType("ServedEndpoint", "../../served-endpoint.ts");
  const shared = new Map<string, string>();
  const rows = endpoints.map((endpoint) =>
    row(endpoint, (items) => sharedItems(items, { endpoints, shared })),
  );
  for (const [variable, value] of shared) {
    file.importType("ServedItems", "../../served-endpoint.ts");
    file.add(`const ${variable}: ServedItems = ${value};`);
  }
  file.add(`export const ${constant(name)}: readonly ServedEndpoint[] = [\n${rows.join("\n")}\n];`);
  return file;
}

function row(endpoint: CatalogEndpoint, itemsOf: (items: Items) => string): string {
  const { id, path, page, itemsKey, betas, body, params, items } = endpoint;
  return `{
id: "${id}",
path: "${path}",
page: "${page}",
itemsKey: "${itemsKey}",
envelope: ${literal(body.map((field) => bodyText(field, itemsKey)))},
betaHeader: ${literal(betas ?? [])},
queryParams: [${params.map(param).join(", ")}],
itemFields: ${itemsOf(items)},
},`;
}

function bodyText({ name, type, optional, nullable }: Field, itemsKey: string): string {
  const text = name === itemsKey ? "array" : type;
  return `${name}${optional ? "?" : ""}: ${text}${nullable ? "|null" : ""}`;
}

function param({ wire, required, default: value, min, max }: Param): string {
  const bound = (each: Bound | null): unknown => (typeof each === "object" ? each?.values : each);
  return literal({
    wire,
    required: required || undefined,
    default: (typeof value === "object" ? bound(value) : value) ?? undefined,
    min: min ?? undefined,
    max: bound(max) ?? undefined,
  });
}

/** Items that two endpoints of a file list are written once, as a constant. */
function sharedItems(
  items: Items,
  {
    endpoints,
    shared,
  }: { readonly endpoints: readonly CatalogEndpoint[]; readonly shared: Map<string, string> },
): string {
  const users = endpoints.filter((each) => each.items.definedBy === items.definedBy);
  if (users.length < 2) return itemFields(items);
  const variable = `${items.type.charAt(0).toLowerCase()}${items.type.slice(1)}`;
  shared.set(variable, itemFields(items));
  return variable;
}

function itemFields({ type, variants }: Items): string {
  const [first] = variants;
  if (variants.length === 1 && first?.type === type) return fields(first.fields);
  const union = variants.map((each) => `{ type: "${each.type}", fields: ${fields(each.fields)} }`);
  return `{ union: [${union.join(", ")}] }`;
}

function fields(list: readonly Field[]): string {
  return `[\n${list.map((each) => `${literal(field(each))},`).join("\n")}\n]`;
}

function field({ name, type, values, optional, nullable, since, until }: Field): object {
  return {
    name,
    type,
    enum: values.length === 0 ? undefined : values,
    optional: optional || since !== null || until !== null || undefined,
    nullable: nullable || undefined,
  };
}
