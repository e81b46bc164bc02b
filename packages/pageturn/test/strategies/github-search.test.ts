import { definePages } from "pageturn/pagination";
import { detectStrategy, github } from "pageturn/strategies";
import { describe, expect, test } from "vitest";
import { FIRST, listOf, page, walked, walkedAsync } from "./scripted-pages.ts";

const search = (total_count: unknown, last: object = {}) => [
  {
    ...page({ total_count, incomplete_results: false, items: [1, 2] }),
    headers: { link: '</list?page=2>; rel="next"' },
  },
  page({ total_count, incomplete_results: false, items: [3], ...last }),
];

describe("github", () => {
  test("a search that ends below its total_count is incomplete, and the error says how far it came", () => {
    const { list } = listOf(github(), search(2345));
    expect(() => list.toArray()).toThrow(/declares 2345 items, and sent 3\. .*ask for less with a filter/);
  });

  test("the asynchronous list says the same", async () => {
    const { asyncList } = listOf(github(), search(2345));
    await expect(asyncList.toArray()).rejects.toThrow(/declares 2345 items, and sent 3\./);
  });

  test("a Link header beside a total_count is detected with it, unless that counts the page", async () => {
    const url = "https://git.example.com/search?page=1";
    const headers = { link: '<https://git.example.com/search?page=2>; rel="next"' };
    const items = [{ id: 1 }, { id: 2 }];
    const found = async (total_count: number) =>
      (await detectStrategy({ status: 200, headers, body: { total_count, items } }, { url })).candidates[0];
    expect((await found(9))?.code).toContain(
      'total: { body: "total_count", counts: "items", optional: true }',
    );
    expect((await found(9))?.evidence).toContain("`total_count` counts the items");
    const perPage = await found(2);
    expect(perPage?.code).toContain("linkHeader(");
    expect(perPage?.code).not.toContain("total");
  });

  test("a detected total may be absent on a later page, and still says that the list is incomplete", async () => {
    const headers = { link: '</list?page=2>; rel="next"' };
    const first = { status: 200, headers, body: { total_count: 3, items: [1, 2] } };
    const url = "https://api.example.com/list";
    const strategy = (await detectStrategy(first, { url })).candidates[0]?.strategy ?? github();
    expect(strategy.total).toBeDefined();
    const pages = [first, page({ items: [3] })];
    expect(walked(strategy, pages).items).toEqual([1, 2, 3]);
    expect((await walkedAsync(strategy, pages)).items).toEqual([1, 2, 3]);
    const { list } = listOf(strategy, [first, page({ items: [] })]);
    expect(() => list.toArray()).toThrow(/declares 3 items, and sent 2\./);
    const { asyncList } = listOf(strategy, [first, page({ items: [] })]);
    await expect(asyncList.toArray()).rejects.toThrow(/declares 3 items, and sent 2\./);
  });

  test("a search that reaches its total_count is complete, and so is one whose total counts the page", () => {
    expect(walked(github(), search(3), FIRST).items).toEqual([1, 2, 3]);
    expect(walked(github(), search(2), FIRST).items).toEqual([1, 2, 3]);
  });

  test("an envelope without total_count and an array need no total", () => {
    const named = github({ items: "items" });
    expect(walked(named, [page({ items: [1] })], FIRST).items).toEqual([1]);
    expect(walked(named, [page({ items: [1], total_count: null })], FIRST).items).toEqual([1]);
    expect(() => listOf(named, [page({ items: [1], total_count: "many" })]).list.toArray()).toThrow(
      /`total_count` is .*many.*, not the size of the list/,
    );
  });

  test("strategy.total.optional must be true or false", () => {
    const total: object = { body: "n", counts: "items", optional: "yes" };
    expect(() => definePages({ ...github(), total: total as never })).toThrow(
      /total.optional must be true or false/,
    );
  });

  test("a search that timed out is incomplete", () => {
    const { list } = listOf(github(), search(3, { incomplete_results: true }));
    expect(() => list.toArray()).toThrow(/the server says that there is more/);
  });
});
