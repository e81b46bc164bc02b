import type { CatalogEndpoint } from "./catalog.ts";
import { endpointTable } from "./endpoint-table.ts";
import { endpointsPage } from "./endpoints-page.ts";
import { fullCatalog } from "./full-catalog.ts";
import { itemTypes } from "./item-types.ts";
import { paramTypes } from "./param-types.ts";
import { nodesOf, resourceTree } from "./resource-tree.ts";
import { resourceTypes, rootTypes } from "./resource-types.ts";
import { banner, type SourceFile } from "./source-file.ts";

/** Everything that is generated from a catalog. */
export interface Generated {
  /** The TypeScript files, by their path below the folder of generated files. */
  readonly sources: ReadonlyMap<string, string>;
  /** The full catalog, in JSON. */
  readonly fullCatalog: string;
  /** The table of all endpoints, in Markdown. */
  readonly page: string;
}

/** Writes everything there is to write, unformatted. The same catalog gives the same text. */
export function generate(endpoints: readonly CatalogEndpoint[]): Generated {
  const names = [...new Set(endpoints.map(({ file }) => file))].sort();
  const roots = resourceTree(endpoints);
  const nodes = nodesOf(roots);
  const fileOf = (id: string): string => endpoints.find((each) => each.id === id)?.file ?? "";
  const files: SourceFile[] = [endpointTable(endpoints), rootTypes(roots)];
  for (const name of names) {
    const own = endpoints.filter(({ file }) => file === name);
    const ownNodes = nodes.filter(({ file }) => file === name);
    files.push(itemTypes(name, own), paramTypes(name, own), resourceTypes(name, { nodes: ownNodes, fileOf }));
  }
  const sources = new Map(files.map((file) => [file.path, file.text()]));
  sources.set("types.ts", typeExports(names));
  return { sources, fullCatalog: fullCatalog(endpoints), page: endpointsPage(endpoints) };
}

/** One file that exports all types, for the entry point. */
function typeExports(names: readonly string[]): string {
  const files = names.flatMap((name) => [`${name}-items`, `${name}-params`, `${name}-resources`]);
  return [
    banner("//"),
    'export type { Open } from "../list-of.ts";',
    ...[...files, "resources"].map((file) => `export type * from "./${file}.ts";`),
  ].join("\n");
}
