import { test } from "@fast-check/vitest";
import { nextRequest } from "pageturn/pagination";
import { describe, expect } from "vitest";
import { MemoryList, positionKey } from "../lists/memory-list.ts";
import { anyLimit, anyModel, END, itemsOf } from "../lists/model-list.ts";

describe("items and pages", () => {
  test.prop([anyModel(), anyLimit])("items are the pages' data, one after the other", (model, limit) => {
    const list = new MemoryList(model, { query: { limit } });
    const pages = [...list.sync().iterPages()];
    expect(pages.flatMap((page) => page.data)).toEqual(itemsOf(model));
    expect(list.sync().toArray()).toEqual(itemsOf(model));
  });

  test.prop([anyModel(), anyLimit])("the sync and the async list are the same", async (model, limit) => {
    const [sync, async] = [
      new MemoryList(model, { query: { limit } }),
      new MemoryList(model, { query: { limit } }),
    ];
    const syncWalk = sync.sync().items();
    const asyncWalk = async.async().items();
    const items = [];
    for await (const item of asyncWalk) items.push(item);
    expect(items).toEqual([...syncWalk]);
    expect(async.requests).toEqual(sync.requests);
    expect(asyncWalk.outcome).toEqual(syncWalk.outcome);
    expect(asyncWalk.checkpoint).toEqual(syncWalk.checkpoint);
    expect(syncWalk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: items.length });
  });

  test.prop([anyModel(), anyLimit])("pages turned by hand are the pages of a walk", async (model, limit) => {
    const list = new MemoryList(model, { query: { limit } });
    const walked = [...list.sync().iterPages()].map((page) => page.data);
    const sync = [];
    for (let page = list.sync(); ; page = page.getNextPage()) {
      sync.push(page.data);
      if (!page.hasNextPage()) break;
    }
    const async = [];
    for (let page = await list.async(); ; page = await page.getNextPage()) {
      async.push(page.data);
      if (!page.hasNextPage()) break;
    }
    expect([sync, async]).toEqual([walked, walked]);
  });
});

describe("backward", () => {
  const anyIdModel = anyModel().map((model) => ({
    ...model,
    kind: "ids" as const,
    hasMore: "present" as const,
  }));

  test.prop([anyModel()])("previous pages of a cursor are those turned forward, in reverse", (model) => {
    const forward = [...new MemoryList({ ...model, kind: "bothWays" }).sync().iterPages()];
    const backward = forward.slice(-1);
    for (let page = forward.at(-1); page?.hasPreviousPage(); ) {
      page = page.getPreviousPage();
      backward.push(page);
    }
    expect(backward.toReversed().map(({ data }) => data)).toEqual(forward.map(({ data }) => data));
  });

  test.prop([anyIdModel])(
    "turned round on its last page, a list by ids gives its pages in reverse",
    (model) => {
      const forward = [...new MemoryList(model).sync().iterPages()];
      const last = forward.at(-1);
      const backward = model.visible.length > 0 ? [...(last?.getPreviousPage().iterPages() ?? [])] : [];
      const pages = [...backward.toReversed(), ...forward.slice(-1)].map(({ data }) => data);
      // Before the first page stands an empty one: the server was asked for what is before the first item.
      expect(pages.slice(-forward.length)).toEqual(forward.map(({ data }) => data));
      expect(pages.slice(0, -forward.length).flat()).toEqual([]);
    },
  );

  test.prop([anyIdModel, anyLimit])(
    "the pages behind a before_id cover the list from its end",
    (model, limit) => {
      const list = new MemoryList(model, { query: { before_id: END, limit } });
      const pages = [...list.sync().iterPages()].map((page) => page.data);
      expect(pages.toReversed().flat()).toEqual(itemsOf(model));
    },
  );

  test.prop([anyIdModel, anyLimit])(
    'order: "traversal" makes it the exact reverse of forward',
    async (model, limit) => {
      const list = new MemoryList(model, { query: { before_id: END, limit } });
      const reverse = itemsOf(model).toReversed();
      expect(list.sync().toArray({ order: "traversal" })).toEqual(reverse);
      expect(await list.async().toArray({ order: "traversal" })).toEqual(reverse);
    },
  );

  test.prop([anyIdModel])("forward, the order makes no difference", (model) => {
    expect(new MemoryList(model).sync().toArray({ order: "traversal" })).toEqual(itemsOf(model));
  });
});

describe("requests", () => {
  const query = { order: "asc", ids: ["a", "b"], limit: 3 };

  test.prop([anyModel()])("each differs from all before it, and repeats filters and limit", (model) => {
    const list = new MemoryList(model, { query });
    const page = list.sync();
    page.toArray();
    expect(new Set(list.requests.map(positionKey)).size).toBe(list.requests.length);
    for (const request of list.requests) expect(request.query).toMatchObject(query);
  });

  test.prop([anyModel()])("each is what the page before it points to", (model) => {
    const list = new MemoryList(model, { query });
    const pages = [...list.sync().iterPages()];
    const pointed = pages
      .slice(0, -1)
      .map((page) => nextRequest(page.request, page.nextPageInfo() ?? { params: {} }));
    expect(list.requests.slice(1)).toEqual(pointed);
  });

  test.prop([anyModel()])("a loop that is left sends nothing further", async (model) => {
    const sync = new MemoryList(model);
    for (const _ of sync.sync()) break;
    const async = new MemoryList(model);
    for await (const _ of async.async()) break;
    const before = [sync.requests.length, async.requests.length];
    await new Promise((resolve) => setImmediate(resolve));
    expect([sync.requests.length, async.requests.length]).toEqual(before);
    // As many as it takes to find the first item.
    const pages = [...new MemoryList(model).sync().iterPages()];
    const first = pages.findIndex((page) => page.data.length > 0);
    expect(before).toEqual(first < 0 ? [pages.length, pages.length] : [first + 1, first + 1]);
  });
});
