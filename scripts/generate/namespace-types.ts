import { clientPath, generatedNames, pascalCase } from "./names.ts";
import { extraFields } from "./page-classes.ts";
import type { ResourceNode } from "./resource-types.ts";
import { docComment, SourceFile } from "./source-file.ts";

/**
 * The file of the types of a resource and of all below it, in namespaces that follow the tree: `Models.Item`,
 * `Messages.Batches.ListParams`. `fileOf` finds the data file of an endpoint.
 */
export function namespaceTypes(root: ResourceNode, fileOf: (id: string) => string): SourceFile {
  const file = new SourceFile(`${root.id.replaceAll("_", "-")}-namespace.ts`);
  file.add(`${docComment([doc(root)])}\nexport declare namespace ${pascalCase(root.id)} {
${members(root, { file, fileOf })}
}`);
  return file;
}

interface Context {
  readonly file: SourceFile;
  readonly fileOf: (id: string) => string;
}

function members(node: ResourceNode, context: Context): string {
  const children = node.children.map(
    (child) => `${docComment([doc(child)])}
namespace ${pascalCase(child.id.split(".").at(-1) ?? "")} {
${members(child, context)}
}`,
  );
  return [...ownTypes(node, context), ...children].join("\n");
}

function doc({ id }: ResourceNode): string {
  return `The types of \`${clientPath(id)}\`.`;
}

function ownTypes({ endpoint }: ResourceNode, { file, fileOf }: Context): readonly string[] {
  if (endpoint === null) return [];
  const { id, items } = endpoint;
  const names = generatedNames(id);
  const types: readonly (readonly [name: string, doc: string, type: string, file: string])[] = [
    ["Item", `An item: {@link ${items.type}}.`, items.type, `${fileOf(items.definedBy)}-items`],
    [
      "ListParams",
      `The parameters of \`${clientPath(id)}.list()\`.`,
      names.params,
      `${endpoint.file}-params`,
    ],
    ["PageFields", "What pages hold besides their items.", names.pageFields, `${endpoint.file}-resources`],
  ];
  return types
    .filter(([name]) => name !== "PageFields" || extraFields(endpoint).length > 0)
    .map(
      ([name, text, type, from]) =>
        `${docComment([text])}\ntype ${name} = ${file.importType(type, `./${from}.ts`)};`,
    );
}
