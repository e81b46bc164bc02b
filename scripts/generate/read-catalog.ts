import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { namesIn, parseFieldType } from "../../packages/pageturn/src/anthropic/catalog/field-type.ts";
import {
  type Catalog,
  type CatalogEndpoint,
  type Entry,
  endpointSchema,
  type Field,
  fileSchema,
  groups,
  plainTypes,
  type Shapes,
  sharedSchema,
} from "./catalog.ts";
import { clientPath, generatedNames, pascalCase } from "./names.ts";

/** What in the catalog breaks a rule, one line each. */
export class CatalogError extends Error {
  override name = "CatalogError";

  constructor(problems: readonly string[]) {
    super(`Cannot read the catalog:\n${problems.join("\n")}`);
  }
}

type ReadEndpoint = Entry & Pick<CatalogEndpoint, "file" | "group">;

/**
 * Reads the catalog from its folder: shared.json, and each other JSON file with the endpoints and shapes of one group.
 *
 * Throws `CatalogError` with a line for each rule that is broken.
 */
export function readCatalog(folder: string): Catalog {
  const endpointOf = endpointSchema(readFile(folder, "shared.json", sharedSchema));
  const problems: string[] = [];
  const names = globSync("*.json", { cwd: folder }).filter((name) => name !== "shared.json");
  const shapes: Shapes & Map<string, unknown> = new Map();
  const read = names.sort().flatMap((name): readonly ReadEndpoint[] => {
    const { group, endpoints, shapes: own } = readFile(folder, name, fileSchema);
    for (const [type, shape] of Object.entries(own)) {
      if (shapes.has(type)) problems.push(`${name}: shapes.${type}: another file has it already`);
      shapes.set(type, { file: name.replace(/\.json$/, ""), shape });
    }
    return endpoints.flatMap((raw) => {
      const { data, error } = endpointOf.safeParse(raw, { reportInput: true });
      problems.push(...problemsOf(error, `${name}: ${raw.id}`));
      return data === undefined ? [] : [{ ...data, group, file: name.replace(/\.json$/, "") }];
    });
  });
  if (problems.length > 0) throw new CatalogError(problems);
  const endpoints = read.map((endpoint) => withItems(endpoint, read));
  problems.push(...checkNames(endpoints, shapes), ...checkTypes(endpoints, shapes));
  if (problems.length > 0) throw new CatalogError(problems);
  const sorted = endpoints.toSorted(
    (a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || (a.id < b.id ? -1 : 1),
  );
  return { endpoints: sorted, shapes };
}

/** Finds types of fields that no shape defines, and shapes that no field names. One line for each. */
function checkTypes(endpoints: readonly CatalogEndpoint[], shapes: Shapes): readonly string[] {
  const used = new Set<string>();
  const check = (owner: string, fields: readonly Field[]): readonly string[] =>
    fields.flatMap(({ name, type }) =>
      namesIn(parseFieldType(type)).flatMap((each) => {
        used.add(each);
        const isKnown = plainTypes.includes(each) || shapes.has(each);
        return isKnown
          ? []
          : [`${owner}.${name}.type: expected a plain type or a shape: current value is "${each}"`];
      }),
    );
  const lost = [
    ...endpoints.flatMap(({ id, items, body }) => [
      ...items.variants.flatMap(({ type, fields }) => check(`${id} ${type}`, fields)),
      ...check(id, body),
    ]),
    ...[...shapes].flatMap(([type, { shape }]) => {
      if ("fields" in shape) return check(`shapes.${type}`, shape.fields);
      for (const member of shape.union) used.add(member);
      return shape.union
        .filter((member) => !shapes.has(member))
        .map((member) => `shapes.${type}.union: expected a shape: current value is "${member}"`);
    }),
  ];
  const unused = [...shapes.keys()].filter((type) => !used.has(type));
  return [...lost, ...unused.map((type) => `shapes.${type}: no field has this type`)];
}

function readFile<T extends z.ZodType>(folder: string, name: string, schema: T): z.output<T> {
  const json: unknown = JSON.parse(readFileSync(join(folder, name), "utf8"));
  const result = schema.safeParse(json, { reportInput: true });
  if (result.success) return result.data;
  throw new CatalogError(problemsOf(result.error, `${name}: `));
}

/** One line for each rule that is broken: where, which, and by what. */
function problemsOf(error: z.ZodError | undefined, at: string): readonly string[] {
  return (error?.issues ?? []).map(({ path, code, message, input }) => {
    const dot = path.length === 0 || at.endsWith(" ") ? "" : ".";
    const value =
      code === "unrecognized_keys" ? "" : `: current value is ${JSON.stringify(input) ?? "missing"}`;
    return `${at}${dot}${z.core.toDotPath(path)}: ${message}${value}`;
  });
}

/** Puts the items of another endpoint where an entry only refers to them. */
function withItems({ items, ...endpoint }: ReadEndpoint, all: readonly ReadEndpoint[]): CatalogEndpoint {
  const definedBy = "sameAs" in items ? items.sameAs : endpoint.id;
  const found = all.find(({ id }) => id === definedBy)?.items;
  if (found === undefined || "sameAs" in found) {
    const rule = "expected an endpoint that defines its items";
    throw new CatalogError([`${endpoint.id}.items.sameAs: ${rule}: current value is "${definedBy}"`]);
  }
  return { ...endpoint, items: { ...found, definedBy } };
}

/** Finds what would get the name of something else, and references to nowhere. One line for each. */
function checkNames(endpoints: readonly CatalogEndpoint[], shapes: Shapes): readonly string[] {
  const ids = endpoints.map(({ id }) => id);
  // The nodes of the tree that are no endpoints: `beta`, `organization`.
  const branches = ids
    .flatMap((id) => id.split(".").map((_, index, parts) => parts.slice(0, index).join(".")))
    .filter((branch) => branch !== "" && !ids.includes(branch));
  const roots = [...new Set(ids.map((id) => id.split(".", 1).join()))];
  const claims = [
    ...endpoints.flatMap(({ id, group, path, items }) => {
      const types = new Set([items.type, ...items.variants.map(({ type }) => type)]);
      return [
        clientPath(id),
        ...Object.values(generatedNames(id)),
        ...(items.definedBy === id ? types : []),
        // One path can have two shapes, told apart by a beta header, but not within one group.
        `the path ${path.replaceAll(/\{\w+\}/g, "{}")} in ${group}`,
      ].map((name) => ({ name, owner: id }));
    }),
    ...[...new Set(branches)].map((branch) => ({ name: generatedNames(branch).resource, owner: branch })),
    // The namespaces of the types.
    ...roots.map((root) => ({ name: pascalCase(root), owner: root })),
    ...[...shapes.keys()].map((name) => ({ name, owner: `shapes.${name}` })),
  ];
  const repeated = claims.flatMap(({ name, owner }, index) => {
    const first = claims.findIndex((claim) => claim.name === name);
    return first === index ? [] : [`${owner}: ${name} is already that of ${claims[first]?.owner}`];
  });
  const lost = endpoints.flatMap(({ id, supersededBy }) =>
    supersededBy === null || ids.includes(supersededBy)
      ? []
      : [`${id}.supersededBy: expected an endpoint of the catalog: current value is "${supersededBy}"`],
  );
  return [...repeated, ...lost];
}
