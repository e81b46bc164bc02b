import { expect, test } from "vitest";
import { readCatalog } from "../../../../scripts/generate/read-catalog.ts";
import { largestPage } from "../../src/anthropic/catalog/endpoint.ts";
import { endpoints } from "../../src/anthropic/catalog/generated/endpoints.ts";
import { readFullCatalog } from "../../src/testing/served-endpoints.ts";
import { dataFolder } from "./catalog-copy.ts";

const { endpoints: catalog } = readCatalog(dataFolder);
const fullCatalog = readFullCatalog();

function endpoint(id: string) {
  const found = endpoints.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no endpoint ${id}`);
  return found;
}

test.each(catalog.map((entry) => [entry.id, entry] as const))(
  "the clients' table and the full catalog say of %s what its entry says",
  (id, entry) => {
    const row = endpoint(id);
    const { path, page, itemsKey } = entry;
    expect(row).toMatchObject({ path, page, betas: entry.betas ?? [] });
    expect(row.itemsKey ?? "data").toBe(itemsKey);
    const limit = entry.params.find(({ name }) => name === "limit");
    const max = row.maxLimit ?? null;
    expect(typeof max === "object" && max !== null ? { by: max.by, values: max.values } : max).toEqual(
      limit?.max ?? null,
    );

    const full = fullCatalog.find((each) => each.id === id);
    expect(full).toMatchObject({ path, page, itemsKey, betaHeader: row.betas });
    expect(full?.queryParams.map(({ wire, required = false }) => [wire, required])).toEqual(
      entry.params.map(({ wire, required }) => [wire, required]),
    );
    expect(full?.envelope.map(({ name }) => name)).toEqual(entry.body.map(({ name }) => name));
    const fields = (variants: readonly { readonly fields: readonly { readonly name: string }[] }[]) =>
      variants.map((variant) => variant.fields.map(({ name }) => name));
    const served = full?.itemFields ?? [];
    expect(fields("union" in served ? served.union : [{ fields: served }])).toEqual(
      fields(entry.items.variants),
    );
  },
);

test("the table holds no other endpoints, and each of them once", () => {
  const ids = catalog.map(({ id }) => id);
  expect(endpoints.map(({ id }) => id)).toEqual(ids);
  expect(fullCatalog.map(({ id }) => id)).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the largest page is a number, or follows the parameter that decides, or is not known", () => {
  expect(largestPage(endpoint("models"), {})).toBe(1000);
  expect(largestPage(endpoint("beta.sessions"), {})).toBeUndefined();

  const usage = endpoint("organization.usage_report.messages");
  expect(largestPage(usage, { bucket_width: "1m" })).toBe(1440);
  expect(largestPage(usage, {})).toBe(31);
  expect(largestPage(usage, { bucket_width: null })).toBe(31);
  expect(largestPage(usage, { bucket_width: "5m" })).toBeUndefined();
  expect(largestPage(usage, { bucket_width: "toString" })).toBeUndefined();

  const memories = endpoint("beta.memory_stores.memories");
  expect([largestPage(memories, {}), largestPage(memories, { view: "full" })]).toEqual([100, 20]);
});
