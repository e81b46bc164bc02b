import { fc, test } from "@fast-check/vitest";
import type { Outcome } from "pageturn/pagination";
import { describe, expect } from "vitest";
import { MemoryList } from "../lists/memory-list.ts";
import { answer, anyLimit, anyModel, END, type Item, itemsOf, type Model } from "../lists/model-list.ts";

const anyBound = fc.integer({ min: 0, max: 45 });

/** How many items each request was answered with, in the order of the requests. */
function itemCounts(list: MemoryList, model: Model): number[] {
  return list.requests.map(({ query }) => answer(model, query).data.length);
}

/** Whether an outcome says no more than what was seen. */
function isHonest({ complete, items }: Outcome, all: readonly Item[]): boolean {
  return !complete || items === all.length;
}

/** The page size of the strategies under test where a request does not name one. */
const DEFAULT_SIZE = 20;

describe("maxItems", () => {
  test.prop([anyModel(), anyLimit, anyBound])(
    "gives the first items and no others",
    async (model, limit, maxItems) => {
      const all = itemsOf(model);
      const list = new MemoryList(model, { query: { limit } });
      const walk = list.sync().items({ maxItems });
      const items = [...walk];
      expect(items).toEqual(all.slice(0, maxItems));
      expect(await list.async().toArray({ maxItems })).toEqual(items);
      expect(walk.outcome).toMatchObject({ items: items.length });
      expect(walk.outcome && isHonest(walk.outcome, all)).toBe(true);
      if (maxItems > all.length) expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
      if (maxItems < all.length) expect(walk.outcome).toMatchObject({ reason: "maxItems", complete: false });
    },
  );

  test.prop([anyModel(), anyLimit, anyBound])(
    "asks for nothing once it has enough",
    async (model, limit, maxItems) => {
      const list = new MemoryList(model, { query: { limit } });
      await list.async().toArray({ maxItems });
      let before = 0;
      for (const [index, count] of itemCounts(list, model).entries()) {
        expect(before).toBeLessThan(maxItems);
        const { limit: asked } = list.requests[index]?.query ?? {};
        // The page size shrinks to what is still needed: that of the caller, or the default of the API.
        const needed = maxItems - before;
        const isEnough = needed >= (limit ?? DEFAULT_SIZE);
        expect(asked).toBe(isEnough ? limit : needed);
        before += count;
      }
    },
  );

  test.prop([anyModel(), anyBound])(
    "backward, it gives the first items of the same walk",
    async (model, maxItems) => {
      const list = new MemoryList({ ...model, kind: "ids" }, { query: { before_id: END, limit: 4 } });
      for (const order of ["api", "traversal"] as const) {
        const all = list.sync().toArray({ order });
        expect(await list.async().toArray({ order, maxItems })).toEqual(all.slice(0, maxItems));
      }
    },
  );
});

describe("maxPages", () => {
  test.prop([anyModel(), anyLimit, anyBound])(
    "gives the first pages and no others",
    async (model, limit, maxPages) => {
      const list = new MemoryList(model, { query: { limit } });
      const pages = [...list.sync().iterPages()].map(({ data }) => data);
      list.requests.length = 0;
      const walk = list.async().pages({ maxPages });
      const seen = [];
      for await (const { data } of walk) seen.push(data);
      expect(seen).toEqual(pages.slice(0, maxPages));
      expect(list.requests).toHaveLength(seen.length);
      // Who stops at the last page has seen everything, whichever way it ended.
      expect(walk.outcome?.complete).toBe(maxPages >= pages.length);
      expect(await list.async().toArray({ maxPages })).toEqual(seen.flat());
    },
  );
});

describe("outcome.complete", () => {
  test.prop([anyModel(), anyLimit, anyBound])("is false for a loop left early", (model, limit, count) => {
    const walk = new MemoryList(model, { query: { limit } }).sync().items();
    for (let taken = 0; taken < count; taken++) if (walk.next().done) break;
    const finished = walk.outcome;
    walk.return();
    expect(walk.next()).toEqual({ done: true, value: undefined });
    if (finished !== null) expect(walk.outcome).toEqual(finished);
    else expect(walk.outcome).toMatchObject({ reason: "returned", items: count });
    expect(walk.outcome && isHonest(walk.outcome, itemsOf(model))).toBe(true);
  });
});
