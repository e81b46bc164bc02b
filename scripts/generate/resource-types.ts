import type { CatalogEndpoint, Shapes } from "./catalog.ts";
import { betaText, keyText, orderText, pageSizeText, timeText } from "./endpoint-facts.ts";
import { exampleLoop } from "./example.ts";
import { fieldMembers } from "./item-types.ts";
import { camelCase, clientPath, generatedNames } from "./names.ts";
import { extraFields } from "./page-classes.ts";
import { docComment, SourceFile } from "./source-file.ts";

/** A node of the resource tree: an endpoint, a branch, or both. */
export interface ResourceNode {
  readonly id: string;
  /** The interface it gets. */
  readonly type: string;
  readonly endpoint: CatalogEndpoint | null;
  /** The data file whose resources it stands among: that of its endpoint, or the one below it with the shortest name. */
  readonly file: string;
  readonly children: readonly ResourceNode[];
}

/** The nodes right below an id; `""` is the root. */
export function resourceTree(endpoints: readonly CatalogEndpoint[], below = ""): readonly ResourceNode[] {
  const prefix = below === "" ? "" : `${below}.`;
  const inside = endpoints.filter(({ id }) => id.startsWith(prefix));
  const parts = new Set(inside.map(({ id }) => id.slice(prefix.length).split(".", 1).join()));
  return [...parts].sort().map((part) => {
    const id = prefix + part;
    const endpoint = inside.find((each) => each.id === id) ?? null;
    const files = inside.filter((each) => each.id.startsWith(`${id}.`)).map(({ file }) => file);
    const [shortest = ""] = files.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    return {
      id,
      type: generatedNames(id).resource,
      endpoint,
      file: endpoint?.file ?? shortest,
      children: resourceTree(inside, id),
    };
  });
}

/** A node and all that are below it. */
export function nodesOf(nodes: readonly ResourceNode[]): readonly ResourceNode[] {
  return nodes.flatMap((node) => [node, ...nodesOf(node.children)]);
}

/** The file of the nodes that belong to a data file. `fileOf` finds that of an endpoint's items. */
export function resourceTypes(
  name: string,
  {
    nodes,
    fileOf,
    shapes,
  }: {
    readonly nodes: readonly ResourceNode[];
    readonly fileOf: (id: string) => string;
    readonly shapes: Shapes;
  },
): SourceFile {
  const file = new SourceFile(`${name}-resources.ts`);
  file.importType("Mode", "../list-of.ts");
  for (const node of nodes) {
    const fields = node.endpoint === null ? [] : extraFields(node.endpoint);
    if (fields.length > 0) {
      file.add(`${docComment([`What pages of \`${clientPath(node.id)}\` hold besides their items.`])}
export interface ${generatedNames(node.id).pageFields} {
${fieldMembers(fields, { file, shapes })}
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

/** The JSDoc of a `list()`. */
function listDoc(endpoint: CatalogEndpoint): string {
  const { lists, path, page, notes, betas, stability, supersededBy } = endpoint;
  const time = timeText(endpoint);
  const facts = [
    stability === "beta" ? "Beta: it may change." : "",
    `**Key**: ${keyText(endpoint)}`,
    `**Order**: ${orderText(endpoint)}`,
    `**Page size**: ${pageSizeText(endpoint)}`,
    time === "None." ? "" : `**Time range**: ${time}`,
    betas === null || betas.length === 0 ? "" : `**Beta header**: ${betaText(endpoint)}`,
  ];
  return docComment(
    [
      `Lists ${lists}.`,
      `\`GET ${path}\` in pages of the class \`${page}\`.`,
      facts.filter((fact) => fact !== "").join(" "),
      notes,
      supersededBy === null ? null : `@deprecated Use \`${clientPath(supersededBy)}\`.`,
      { tag: "@example", code: exampleLoop(endpoint) },
    ],
    "  ",
  );
}
