// Writes what is generated from the catalog. With --check: only says what is stale, and then fails.
// --catalog, --out and --page name other places than those of the repository; pages below the index are next to it.
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import type { Catalog } from "./catalog.ts";
import { endpointTable } from "./endpoint-table.ts";
import { endpointPages } from "./endpoints-page.ts";
import { fullCatalog } from "./full-catalog.ts";
import { itemTypes, shapeTypes } from "./item-types.ts";
import { namespaceTypes } from "./namespace-types.ts";
import { formatFiles, type Outputs, root, staleFiles, writeFiles } from "./output-files.ts";
import { paramTypes } from "./param-types.ts";
import { CatalogError, readCatalog } from "./read-catalog.ts";
import { nodesOf, resourceTree, resourceTypes, rootTypes } from "./resource-types.ts";
import { banner, type SourceFile } from "./source-file.ts";

const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    catalog: { type: "string", default: join(root, "packages/pageturn/src/anthropic/catalog/data") },
    out: { type: "string", default: join(root, "packages/pageturn/src/anthropic/catalog/generated") },
    page: { type: "string", default: join(root, "docs/endpoints.md") },
  },
});

/** The TypeScript files, by name and unformatted. The same catalog gives the same text. */
function sourceFiles({ endpoints, shapes }: Catalog): Outputs {
  const names = [...new Set(endpoints.map(({ file }) => file))].sort();
  const roots = resourceTree(endpoints);
  const nodes = nodesOf(roots);
  const fileOf = (id: string): string => endpoints.find((each) => each.id === id)?.file ?? "";
  const hasShapes = (name: string): boolean => [...shapes.values()].some(({ file }) => file === name);
  const files = names.flatMap((name) => {
    const own = endpoints.filter(({ file }) => file === name);
    const ownNodes = nodes.filter(({ file }) => file === name);
    return [
      itemTypes(name, { endpoints: own, shapes }),
      ...(hasShapes(name) ? [shapeTypes(name, shapes)] : []),
      paramTypes(name, own),
      resourceTypes(name, { nodes: ownNodes, fileOf, shapes }),
    ];
  });
  const namespaces = roots.map((node) => namespaceTypes(node, fileOf));
  const tree = rootTypes(roots);
  const texts = [endpointTable(endpoints), tree, ...namespaces, ...files].map(
    (file) => [file.path, file.text()] as const,
  );
  const items = files.filter(({ path }) => path.endsWith("-items.ts"));
  return new Map([
    ...texts,
    ["types.ts", exportsOf([...items, ...namespaces])],
    ["named-types.ts", exportsOf([...files, tree])],
  ]);
}

/** A file that exports all types of these files, for an entry point. */
function exportsOf(files: readonly SourceFile[]): string {
  return [
    `// ${banner}`,
    'export type { Open } from "../open.ts";',
    ...files.map(({ path }) => `export type * from "./${path}";`),
  ].join("\n");
}

function main(): number {
  const catalog = readCatalog(values.catalog);
  const files = [...formatFiles(sourceFiles(catalog)), ["full-catalog.json", fullCatalog(catalog)] as const];
  const outputs = new Map(files.map(([name, text]) => [join(values.out, name), text]));
  const docs = dirname(values.page);
  for (const [path, text] of endpointPages(catalog)) outputs.set(join(docs, path), text);
  const stale = staleFiles(outputs, [values.out, join(docs, "endpoints")]);
  const list = stale.map((path) => relative(root, path)).join("\n");
  if (values.check) {
    if (stale.length > 0) console.error(`Stale, run npm run generate:\n${list}`);
    return stale.length > 0 ? 1 : 0;
  }
  writeFiles(stale, outputs);
  console.log(stale.length === 0 ? "Everything is up to date." : `Written:\n${list}`);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof CatalogError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
