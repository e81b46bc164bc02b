import { test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { MemoryList } from "../lists/memory-list.ts";
import { anyLimit, anyModel } from "../lists/model-list.ts";

describe("a walk from any page of a list gives what stands from there on", () => {
  test.prop([anyModel(), anyLimit])("sync", (model, limit) => {
    const pages = [...new MemoryList(model, { query: { limit } }).sync().iterPages()];
    const data = pages.map((page) => page.data);
    for (const [index, page] of pages.entries()) {
      expect([...page.iterPages()].map((each) => each.data)).toEqual(data.slice(index));
      expect([...page.items()]).toEqual(data.slice(index).flat());
      expect([...page]).toEqual(data.slice(index).flat());
      expect(page.toArray({ maxPages: 2 })).toEqual(data.slice(index, index + 2).flat());
    }
  });

  test.prop([anyModel(), anyLimit])("async", async (model, limit) => {
    const list = new MemoryList(model, { query: { limit } });
    const pages = [];
    for (let page = await list.async(); ; page = await page.getNextPage()) {
      pages.push(page);
      if (!page.hasNextPage()) break;
    }
    const data = pages.map((page) => page.data);
    for (const [index, page] of pages.entries()) {
      const behind = [];
      for await (const each of page.iterPages()) behind.push(each.data);
      expect(behind).toEqual(data.slice(index));
      const items = [];
      for await (const item of page) items.push(item);
      expect(items).toEqual(data.slice(index).flat());
      expect(await page.toArray({ maxPages: 2 })).toEqual(data.slice(index, index + 2).flat());
    }
  });
});

test.prop([anyModel(), anyLimit])(
  "a walk that begins on a page does not ask for it",
  async (model, limit) => {
    const list = new MemoryList(model, { query: { limit } });
    const page = await list.async();
    const pages = [];
    for await (const each of page.iterPages()) pages.push(each);
    expect(pages[0]).toBe(page);
    expect(list.requests).toHaveLength(pages.length);
  },
);
