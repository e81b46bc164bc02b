import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { groups } from "../../../../scripts/generate/catalog.ts";
import { readCatalog } from "../../../../scripts/generate/read-catalog.ts";
import { CatalogCopy, dataFolder, type Entry, root } from "./catalog-copy.ts";

const { endpoints: catalog } = readCatalog(dataFolder);

test("the catalog holds 103 endpoints in four groups, and the README says so", () => {
  const counts = groups.map((group) => [group, catalog.filter((each) => each.group === group).length]);
  expect(counts).toEqual([
    ["ga", 6],
    ["beta", 25],
    ["admin", 53],
    ["compliance", 19],
  ]);
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(readme).toContain(`[${catalog.length} lists of the Anthropic API]`);
});

test("arrays are sent with brackets, all else under the name that callers write", () => {
  const params = catalog.flatMap((endpoint) => endpoint.params);
  expect(params.filter(({ name, wire }) => wire !== name && wire !== `${name}[]`)).toEqual([]);
  expect(params.filter(({ type, wire }) => wire.endsWith("[]") !== (type === "string[]"))).toEqual([]);
  const names = new Set(params.map(({ name }) => name));
  for (const name of ["created_at[gte]", "created_at.gte", "starting_at", "ids"])
    expect(names).toContain(name);
});

test("the largest page depends on another parameter where the API's documents say so", () => {
  const depends = catalog.flatMap(({ id, params }) => {
    const max = params.find(({ name }) => name === "limit")?.max ?? null;
    return typeof max === "object" && max !== null ? [[id, max.by]] : [];
  });
  expect(depends).toEqual([
    ["beta.memory_stores.memories", "view"],
    ["beta.organization.analytics.cost_report", "bucket_width"],
    ["beta.organization.analytics.usage_report", "bucket_width"],
    ["organization.usage_report.messages", "bucket_width"],
  ]);
});

/** What the generator says about a catalog whose entry for models is changed so. */
function problemOf(change: (models: Entry, entries: Entry[]) => void): string {
  using copy = new CatalogCopy();
  copy.edit("ga", (entries) => {
    const models = entries.find(({ id }) => id === "models");
    if (models !== undefined) change(models, entries);
  });
  try {
    readCatalog(copy.folder);
    return "nothing";
  } catch (error) {
    return String(error).replace(/^CatalogError: Cannot read the catalog:\n/, "");
  }
}

test.each<[string, (models: Entry, entries: Entry[]) => void, string]>([
  ["a misspelt key", (m) => Object.assign(m, { beta: [] }), 'ga.json: models: Unrecognized key: "beta"'],
  [
    "an unknown page class",
    (m) => Object.assign(m, { page: "Pages" }),
    "ga.json: models.page: Invalid option: expected one of",
  ],
  [
    "a path with an open brace",
    (m) => Object.assign(m, { path: "/v1/{model" }),
    "ga.json: models.path: Invalid string",
  ],
  [
    "a path without version",
    (m) => Object.assign(m, { path: "/models" }),
    "ga.json: models.path: Invalid string",
  ],
  [
    "a path parameter twice",
    (m) => Object.assign(m, { path: "/v1/{id}/{id}" }),
    "models.path: expected no repeats",
  ],
  [
    "an id in camelCase",
    (m) => Object.assign(m, { id: "userModels" }),
    "ga.json: endpoints[2].id: Invalid string",
  ],
  ["an unknown kind of key", (m) => Object.assign(m, { auth: "badge" }), 'current value is "badge"'],
  [
    "no cursor parameter",
    (m) => Object.assign(m, { params: ["limit"] }),
    'models.params: expected "after_id"',
  ],
  [
    "an unknown shared parameter",
    (m) => Object.assign(m, { params: ["pages"] }),
    "models.params[0]: expected a parameter, or the name of one in shared.json",
  ],
  [
    "a parameter twice",
    (m) => Object.assign(m, { params: ["after_id", "after_id"] }),
    "models.params: expected no repeats",
  ],
  [
    "a default out of range",
    (m) => Object.assign(m, { params: ["after_id", { like: "limit", default: 9, max: 5 }] }),
    "models.params[1].default: expected at most 5: current value is 9",
  ],
  [
    "a largest page by a parameter that is not there",
    (m) => Object.assign(m, { params: ["after_id", { like: "limit", max: { by: "view", values: {} } }] }),
    "models.params[1].max.by: expected a parameter of the same endpoint",
  ],
  [
    "a largest page for some values only",
    (m) =>
      Object.assign(m, {
        params: ["after_id", "view", { like: "limit", max: { by: "view", values: { full: 20 } } }],
      }),
    "models.params[2].max.values: expected a number for each value of view",
  ],
  [
    "an array named with its brackets",
    (m) =>
      Object.assign(m, {
        params: ["after_id", { name: "ids[]", type: "string[]", description: "Ids." }],
      }),
    "models.params[1].name: Invalid string",
  ],
  [
    "an unknown type of field",
    (m) => Object.assign(m, { items: { type: "ModelInfo", fields: [{ name: "id", type: "text" }] } }),
    'models ModelInfo.id.type: expected a plain type or a shape: current value is "text"',
  ],
  [
    "a type that cannot be read",
    (m) =>
      Object.assign(m, { items: { type: "ModelInfo", fields: [{ name: "id", type: "Record<string" }] } }),
    "models.items.fields[0].type: SyntaxError: Cannot read the type Record<string",
  ],
  [
    "an object of unknown fields without a reason",
    (m) => Object.assign(m, { items: { type: "ModelInfo", fields: [{ name: "id", type: "object[]" }] } }),
    "models.items.fields[0].open: expected a reason where the type is object or json",
  ],
  [
    "a shape that no field has",
    (m) => Object.assign(m, { items: { type: "ModelInfo", fields: [{ name: "id", type: "string" }] } }),
    "shapes.ModelInfoCapabilities: no field has this type",
  ],
  [
    "a type without fields",
    (m) => Object.assign(m, { items: { type: "ModelInfo", fields: [] } }),
    "models.items.fields: Too small",
  ],
  [
    "items of nobody",
    (m) => Object.assign(m, { items: { sameAs: "nobody" } }),
    "models.items.sameAs: expected an endpoint that defines its items",
  ],
  ["an id twice", (m, all) => all.push(m), "models: client.models is already that of models"],
  [
    "a path twice in a group",
    (m, all) => all.push({ ...m, id: "engines", items: { sameAs: "models" } }),
    "engines: the path /v1/models in ga is already that of models",
  ],
  [
    "the name of another type",
    (m) => Object.assign(m, { items: { type: "Skill", fields: [{ name: "id", type: "string" }] } }),
    "Skill is already that of",
  ],
])("the generator refuses %s, and says where it stands", (_, change, message) => {
  expect(problemOf(change)).toContain(message);
});

test("the generator names all entries that are wrong, not only the first", () => {
  const problem = problemOf((_, entries) => {
    for (const entry of entries) Object.assign(entry, { page: "Leaf" });
  });
  expect(problem.split("\n")).toHaveLength(6);
});
