import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CatalogEndpoint, type Group, groups } from "./catalog.ts";
import { checkNames } from "./check-names.ts";
import { type ReadEndpoint, readEndpoint } from "./read-endpoint.ts";
import type { Shared } from "./read-param.ts";
import { CatalogError, readArray, readObject, readOneOf, readRecord, refuse } from "./shape.ts";

/**
 * Reads the catalog from its folder: shared.json, and each other JSON file with the endpoints of one group.
 *
 * Throws `CatalogError` with a line for each entry that is wrong.
 */
export function readCatalog(folder: string): readonly CatalogEndpoint[] {
  const files = globSync("*.json", { cwd: folder }).filter((name) => name !== "shared.json");
  const shared = readShared(join(folder, "shared.json"));
  const problems: string[] = [];
  const read = files.sort().flatMap((name) => readFile(join(folder, name), { name, shared, problems }));
  const endpoints = problems.length > 0 ? [] : resolveItems(read, problems);
  problems.push(...checkNames(endpoints));
  if (problems.length > 0) throw new CatalogError(`Cannot read the catalog:\n${problems.join("\n")}`);
  return endpoints.toSorted((a, b) => groupOrder(a) - groupOrder(b) || (a.id < b.id ? -1 : 1));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

function readShared(path: string): Shared {
  const raw = readObject(readJson(path), "shared.json", { keys: ["auth", "params"] });
  return {
    auth: readRecord(raw["auth"], "shared.json: auth"),
    params: readRecord(raw["params"], "shared.json: params"),
  };
}

function readFile(
  path: string,
  context: { readonly name: string; readonly shared: Shared; readonly problems: string[] },
): readonly ReadEndpoint[] {
  const { name, shared, problems } = context;
  const raw = readObject(readJson(path), name, { keys: ["group", "endpoints"] });
  const group: Group = readOneOf(raw["group"], `${name}: group`, { of: groups });
  return readArray(raw["endpoints"], `${name}: endpoints`).flatMap((entry) => {
    try {
      return [readEndpoint(entry, { file: name.replace(/\.json$/, ""), group, shared })];
    } catch (error) {
      if (!(error instanceof CatalogError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
}

/** Puts the items of another endpoint where an entry only refers to them. */
function resolveItems(read: readonly ReadEndpoint[], problems: string[]): readonly CatalogEndpoint[] {
  return read.flatMap(({ items, ...endpoint }) => {
    if (!("sameAs" in items)) return [{ ...endpoint, items }];
    const found = read.find(({ id }) => id === items.sameAs)?.items;
    if (found !== undefined && !("sameAs" in found)) return [{ ...endpoint, items: found }];
    problems.push(
      refuse(`${endpoint.id}.items.sameAs`, { must: "an endpoint that defines its items", is: items.sameAs })
        .message,
    );
    return [];
  });
}

function groupOrder({ group }: CatalogEndpoint): number {
  return groups.indexOf(group);
}
