import { extraFields } from "./body-fields.ts";
import { camelCase, clientPath } from "./camel-case.ts";
import type { CatalogEndpoint } from "./catalog.ts";
import { generatedNames } from "./check-names.ts";
import { docComment } from "./doc-comment.ts";
import { fieldMembers } from "./field-type.ts";
import { listDoc } from "./list-doc.ts";
import type { ResourceNode } from "./resource-tree.ts";
import { SourceFile } from "./source-file.ts";

/** The file of the nodes that belong to a data file. `fileOf` finds that of an endpoint's items. */
export function resourceTypes(
  name: string,
  { nodes, fileOf }: { readonly nodes: readonly ResourceNode[]; readonly fileOf: (id: string) => string },
): SourceFile {
  const file = new SourceFile(`${name}-resources.ts`);
  file.importType("Mode", "../list-of.ts");
  for (const node of nodes) {
    const fields = node.endpoint === null ? [] : extraFields(node.endpoint);
    if (fields.length > 0) {
      file.add(`${docComment([`What pages of \`${clientPath(node.id)}\` hold besides their items.`])}
export interface ${generatedNames(node.id).pageFields} {
${fieldMembers(fields, file)}
}`);
    }
    file.add(`${docComment([`\`${clientPath(node.id)}\``])}
export interface ${node.type}<M extends Mode> {
${[listMember(node.endpoint, { file, fileOf }), childMembers(node.children, file)].filter((part) => part !== "").join("\n")}
}`);
  }
  return file;
}

/** The root of the tree. */
export function rootTypes(roots: readonly ResourceNode[]): SourceFile {
  const file = new SourceFile("resources.ts");
  file.importType("Mode", "../list-of.ts");
  file.add(`/** The resources at the root of a client. */
export interface Resources<M extends Mode> {
${childMembers(roots, file)}
}`);
  return file;
}

function childMembers(children: readonly ResourceNode[], file: SourceFile): string {
  return children
    .map(({ id, type, file: home }) => {
      file.importType(type, `./${home}-resources.ts`);
      return `  readonly ${camelCase(id.split(".").at(-1) ?? "")}: ${type}<M>;`;
    })
    .join("\n");
}

function listMember(
  endpoint: CatalogEndpoint | null,
  { file, fileOf }: { readonly file: SourceFile; readonly fileOf: (id: string) => string },
): string {
  if (endpoint === null) return "";
  const { id, page, params, pathParams, items } = endpoint;
  const names = generatedNames(id);
  file.importType("ListOf", "../list-of.ts");
  file.importType("ListOptions", "../list-of.ts");
  file.importType(names.params, `./${endpoint.file}-params.ts`);
  file.importType(items.type, `./${fileOf(items.definedBy)}-items.ts`);
  const isRequired = params.some(({ required }) => required);
  const args = [
    ...pathParams.map((name) => `${camelCase(name)}: string`),
    isRequired ? `params: ${names.params}` : `params?: ${names.params} | null`,
    "options?: ListOptions<M>",
  ];
  const extra = extraFields(endpoint).length === 0 ? "" : `, ${names.pageFields}`;
  return `${listDoc(endpoint)}
  list(${args.join(", ")}): ListOf<M, "${page}", ${items.type}${extra}>;`;
}
