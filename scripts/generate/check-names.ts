import { clientPath, pascalCase } from "./camel-case.ts";
import type { CatalogEndpoint } from "./catalog.ts";

/** The names that are generated from an endpoint, besides those of its items. */
export function generatedNames(id: string): {
  readonly resource: string;
  readonly params: string;
  readonly pageFields: string;
} {
  const resource = pascalCase(id);
  return { resource, params: `${resource}ListParams`, pageFields: `${resource}PageFields` };
}

/** Finds what stands twice, and what would get the name of something else. One line for each. */
export function checkNames(endpoints: readonly CatalogEndpoint[]): readonly string[] {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  const claim = (name: string, owner: string): void => {
    const other = owners.get(name);
    if (other !== undefined && other !== owner)
      problems.push(`${owner}: ${name} is already that of ${other}`);
    owners.set(name, owner);
  };
  const ids = endpoints.map(({ id }) => id);
  for (const [index, { id, items, supersededBy }] of endpoints.entries()) {
    if (ids.indexOf(id) < index) problems.push(`${id}: there are two endpoints with this id`);
    if (supersededBy !== null && !ids.includes(supersededBy)) {
      problems.push(
        `${id}.supersededBy must be an endpoint of the catalog: current value is ${supersededBy}`,
      );
    }
    claim(clientPath(id), id);
    for (const name of Object.values(generatedNames(id))) claim(name, id);
    if (items.definedBy !== id) continue;
    claim(items.type, `${id}.items`);
    for (const { type } of items.variants) if (type !== items.type) claim(type, `${id}.items.${type}`);
  }
  for (const branch of branches(ids)) claim(pascalCase(branch), branch);
  return [...problems, ...twins(endpoints)];
}

/** The nodes of the tree that are no endpoints: `beta`, `organization`. */
function branches(ids: readonly string[]): readonly string[] {
  const all = ids.flatMap((id) => id.split(".").map((_, index, parts) => parts.slice(0, index).join(".")));
  return [...new Set(all)].filter((branch) => branch !== "" && !ids.includes(branch));
}

/** One path can have two shapes, told apart by a beta header, but not within one group. */
function twins(endpoints: readonly CatalogEndpoint[]): readonly string[] {
  const owners = new Map<string, string>();
  return endpoints.flatMap(({ id, path, group }) => {
    const key = `${group} ${path.replaceAll(/\{\w+\}/g, "{}")}`;
    const owner = owners.get(key);
    owners.set(key, id);
    return owner === undefined ? [] : [`${id}: ${path} is already the path of ${owner}`];
  });
}
