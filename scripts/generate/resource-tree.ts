import { pascalCase } from "./camel-case.ts";
import type { CatalogEndpoint } from "./catalog.ts";

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
      type: pascalCase(id),
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
