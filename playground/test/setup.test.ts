import { readCatalog } from "pageturn/catalog";
import { expect, it } from "vitest";
import { canSlice, filtersOf, listChoice } from "../src/setup/list-choice.ts";
import { argumentsOf, defaults, mockOptions, readSetup, writeSetup } from "../src/setup/setup.ts";
import { loopURL } from "../src/walk/loop-url.ts";

const lists = readCatalog().endpoints.map(listChoice);
const listOf = (id: string) => {
  const list = lists.find((each) => each.id === id);
  if (list === undefined) throw new Error(`There is no list ${id}`);
  return list;
};

it("is written into the fragment of the URL and read from it", () => {
  const setup = {
    ...defaults,
    list: "beta.sessions",
    values: { "created_at[gte]": "2026-09-01T00:00:00Z", statuses: "idle,running" },
    slices: 4,
    distinct: false,
    faults: ["cycle", "status"] as const,
  };
  expect(readSetup(`#${writeSetup(setup)}`, lists)).toEqual(setup);
  expect(writeSetup(defaults)).toBe("");
});

it("has its defaults where a fragment cannot be used", () => {
  expect(readSetup("#list=nothing&pageSize=-1&items=x&faults=unknown&source=other", lists)).toEqual({
    ...defaults,
    faults: [],
  });
});

it("has the nearest number where a fragment is beyond the bounds of the field", () => {
  const beyond = "#pageSize=0&slices=0&prefetch=999999&items=999999&latencyMs=123456789&workMs=1001";
  expect(readSetup(beyond, lists)).toMatchObject({
    pageSize: 1,
    slices: 1,
    prefetch: 20,
    items: 5000,
    latencyMs: 5000,
    workMs: 1000,
  });
  expect(readSetup("#slices=99", lists).slices).toBe(16);
});

it("has the values of filters in their types, and a value for what is required", () => {
  const values = { statuses: "idle, running", agent_version: "3", include_archived: "true" };
  expect(argumentsOf({ ...defaults, values }, listOf("beta.sessions")).params).toEqual({
    statuses: ["idle", "running"],
    agent_version: 3,
    include_archived: true,
    limit: 10,
  });
  expect(argumentsOf(defaults, listOf("organization.cost_report")).params).toMatchObject({
    starting_at: "2026-09-01T00:00:00Z",
  });
  expect(argumentsOf(defaults, listOf("skills.versions")).path).toEqual(["skill_1"]);
});

it("restricts a list to the range that is sliced, and the loop to the same one", () => {
  const list = listOf("beta.sessions");
  const sliced = argumentsOf({ ...defaults, slices: 4 }, list);
  expect(sliced).toMatchObject({
    params: { "created_at[gte]": "2026-09-30T22:57:00Z" },
    sliceTo: "2026-10-01T00:01:00Z",
  });
  expect(decodeURIComponent(loopURL(sliced, list))).toBe(
    "/v1/sessions?created_at[gte]=2026-09-30T22:57:00Z&limit=10&created_at[lt]=2026-10-01T00:01:00Z",
  );
});

it("offers slices for lists of objects with a range of time", () => {
  expect(["beta.sessions", "models", "organization.cost_report"].map((id) => canSlice(listOf(id)))).toEqual([
    true,
    false,
    false,
  ]);
});

it("takes neither cursors nor the page size for filters", () => {
  expect(filtersOf(listOf("messages.batches"))).toEqual([]);
});

it("plays no script without faults", () => {
  expect(mockOptions({ ...defaults, faults: [] })).toEqual({ items: 50, latencyMs: 150 });
});
