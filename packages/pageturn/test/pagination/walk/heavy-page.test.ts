import { fc, test as law } from "@fast-check/vitest";
import {
  AsyncPageCursor,
  AsyncPaginator,
  flatMap,
  type Outcome,
  type PageRequest,
  SyncPageCursor,
  SyncPaginator,
  splitAt,
  type WalkOptions,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { APIResponseTooLargeError, APITimeoutError } from "../../../src/errors/api-error.ts";
import { statusError } from "../../../src/errors/api-status-error.ts";
import { MemoryList, response } from "../lists/memory-list.ts";
import { anyModel, END, type Item, itemsOf } from "../lists/model-list.ts";
import { MutableList } from "../lists/mutable-list.ts";

const request = { method: "GET", url: "https://api.example/v1/list" };

function withStatus(status: number, body: unknown = "") {
  return statusError(`status ${status}`, {
    request,
    status,
    headers: new Headers(),
    requestId: null,
    type: null,
    body,
  });
}

const tooLarge = () => new APIResponseTooLargeError("too large", { request });
const timeout = () => new APITimeoutError("timeout", { request });

/** The errors of a page that is too heavy. */
const heavy: Readonly<Record<string, () => Error>> = {
  "a response above the limit": tooLarge,
  "413": () => withStatus(413),
  "a timeout": timeout,
  "504": () => withStatus(504),
  "500 with a JSON message": () => withStatus(500, { error: { message: "The response is too large." } }),
  "502 with another JSON message": () => withStatus(502, { message: "Please reduce the limit and retry" }),
  "503 with a text": () => withStatus(503, "Result set too big"),
};

/** Other errors, with which a smaller page has nothing to do. */
const other: Readonly<Record<string, () => Error>> = {
  "500": () => withStatus(500, { error: { message: "Internal server error" } }),
  "500 without JSON": () => withStatus(500, undefined),
  "500 with a number": () => withStatus(500, { code: 7 }),
  "400 that says it": () => withStatus(400, "limit too large"),
  "529": () => withStatus(529, "Overloaded"),
  "an error of the program": () => new Error("response is too large"),
};

/** Numbers, `limit` a page, of a server that fails with `fault` where a page would be larger than `most`. */
function numbers(
  { length = 40, most = 3, fault = tooLarge as (limit: number) => Error, walk = {} as WalkOptions } = {},
  query: PageRequest["query"] = { limit: 16 },
) {
  const limits: number[] = [];
  const fetchPage = ({ query }: PageRequest) => {
    const limit = Number(query["limit"] ?? 20);
    limits.push(limit);
    if (limit > most) throw fault(limit);
    const from = Number(query["page"] ?? 0);
    const data = Array.from({ length: Math.max(0, Math.min(limit, length - from)) }, (_, at) => from + at);
    return { body: { data, next_page: from + limit < length ? from + limit : null }, response };
  };
  const source = { request: { path: "/v1/list", query }, walk };
  const list = new AsyncPaginator<number>(AsyncPageCursor<number>, {
    ...source,
    fetch: async (each) => fetchPage(each),
  });
  return { list, limits, fetchPage, source };
}

async function all<T>(walk: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of walk) items.push(item);
  return items;
}

const expected = Array.from({ length: 40 }, (_, at) => at);

describe("a page that is too heavy is requested again with half its size", () => {
  test.each(Object.entries(heavy))("%s", async (_, fault) => {
    const { list, limits } = numbers({ fault, most: 4 });
    const walk = list.items();
    expect(await all(walk)).toEqual(expected);
    expect(limits.slice(0, 3)).toEqual([16, 8, 4]);
    expect(new Set(limits.slice(2))).toEqual(new Set([4]));
    expect(walk.outcome).toMatchObject({ complete: true, items: 40, pages: 10, pageSizeReductions: 2 });
  });

  test.each(Object.entries(other))("but not for %s", async (_, fault) => {
    const { list, limits } = numbers({ fault });
    await expect(list.toArray()).rejects.toThrow();
    expect(limits).toEqual([16]);
  });

  test("down to 1, and then the error is thrown with a checkpoint", async () => {
    const { list, limits } = numbers({ most: 0 });
    const walk = list.items();
    await expect(walk.next()).rejects.toMatchObject({
      name: "APIResponseTooLargeError",
      checkpoint: { offset: 0 },
    });
    expect(limits).toEqual([16, 8, 4, 2, 1]);
    expect(walk.outcome).toMatchObject({ reason: "error", pageSizeReductions: 4 });
  });

  test("twice in a row for timeouts, since a server that is down fails every size", async () => {
    const { list, limits } = numbers({ most: 0, fault: timeout }, { limit: 1000 });
    const walk = list.items();
    await expect(walk.next()).rejects.toThrow("timeout");
    expect(limits).toEqual([1000, 500, 250]);
    await expect(walk.next()).rejects.toThrow("timeout");
    expect(limits.slice(3)).toEqual([250, 125, 62]);
  });

  test("with the default size of the strategy, and that of the list", async () => {
    const { list, limits } = numbers({}, {});
    expect(await list.toArray()).toEqual(expected);
    expect(limits.slice(0, 4)).toEqual([20, 10, 5, 2]);
  });

  test("and onPage gets the number of reductions, and of requests", async () => {
    const seen: unknown[] = [];
    const { list } = numbers({ length: 4 });
    await list.toArray({
      onPage: (_, { elapsedMs, ...progress }) => {
        seen.push(progress);
      },
    });
    expect(seen).toEqual([
      { pages: 1, items: 2, requests: 4, pageSizeReductions: 3 },
      { pages: 2, items: 4, requests: 5, pageSizeReductions: 3 },
    ]);
  });

  test("never where the option is off, for the walk or for the list", async () => {
    const { list, limits } = numbers();
    await expect(list.toArray({ onHeavyPage: "throw" })).rejects.toThrow("too large");
    await expect(numbers({ walk: { onHeavyPage: "throw" } }).list.toArray()).rejects.toThrow("too large");
    expect(limits).toEqual([16]);
  });

  test("never where the size is bound, or not known", async () => {
    const { fetchPage, source } = numbers();
    const fetchAsync = async (each: PageRequest) => fetchPage(each);
    class Bound extends AsyncPageCursor<number> {
      override get strategy() {
        return { ...super.strategy, pageSize: { in: "limit", default: 20 } };
      }
    }
    const bound = new AsyncPaginator<number>(Bound, { ...source, fetch: fetchAsync });
    await expect(bound.toArray()).rejects.toThrow("too large");
    const unknown = new AsyncPaginator<number>(AsyncPageCursor<number>, {
      request: { path: "/v1/list", query: {} },
      defaultPageSize: null,
      fetch: fetchAsync,
    });
    await expect(unknown.toArray()).rejects.toThrow("too large");
  });

  test("never for a backward page in the API's order, which would start with other items", async () => {
    const model = { kind: "ids", visible: Array(9).fill(true), size: 8, hasMore: "present" } as const;
    const make = () =>
      new MemoryList(model, {
        query: { limit: 4, before_id: END },
        before: ({ query }) => {
          if (Number(query["limit"]) > 2) throw tooLarge();
        },
      });
    await expect(make().async().toArray()).rejects.toThrow("too large");
    expect(await make().async().toArray({ order: "traversal" })).toEqual(itemsOf(model).toReversed());
  });

  test("and a walk with maxItems asks for no more than is left", async () => {
    const { list, limits } = numbers();
    expect(await list.toArray({ maxItems: 5 })).toEqual([0, 1, 2, 3, 4]);
    expect(limits).toEqual([5, 2, 2, 1]);
  });

  test("and a walk with distinctBy keeps the smaller size", async () => {
    const { list, limits } = numbers();
    expect(await list.toArray({ distinctBy: (item) => item })).toEqual(expected);
    expect(new Set(limits.slice(3))).toEqual(new Set([2]));
  });

  test("but not to fewer items than were returned from the page", async () => {
    let most = 16;
    const { fetchPage, source, limits } = numbers({ most: 16 });
    const list = new AsyncPaginator<number>(AsyncPageCursor<number>, {
      ...source,
      fetch: async (each) => {
        if (Number(each.query["limit"]) > most) throw tooLarge();
        return fetchPage(each);
      },
    });
    const walk = list.items();
    for (let taken = 0; taken < 10; taken++) await walk.next();
    const resumeFrom = walk.checkpoint;
    most = 12;
    expect(await list.toArray({ resumeFrom })).toEqual(expected.slice(10));
    expect(limits[1]).toBe(10);
    most = 9;
    await expect(list.toArray({ resumeFrom })).rejects.toThrow("too large");
  });

  test("in flatMap, whose outcome counts the reductions of all lists", async () => {
    const walk = flatMap(numbers({ length: 3, most: 9 }, { limit: 4 }).list, () => numbers().list);
    expect(await all(walk)).toEqual([...expected, ...expected, ...expected]);
    expect(walk.outcome?.pageSizeReductions).toBe(9);
  });

  test("in splitAt", async () => {
    let most = 8;
    const list = new MutableList(
      "ids",
      expected.map((name) => name + 1),
      ({ query }) => {
        if (Number(query["limit"]) > most) throw tooLarge();
      },
    );
    const pages = list.list(8).pages();
    const places = [];
    for await (const _ of pages) places.push(pages.checkpoint);
    most = 3;
    const walk = splitAt(list.list(8), places.slice(0, 3));
    expect((await all(walk)).map(({ name }) => name)).toEqual(expected.map((name) => name + 1));
    expect(walk.outcome?.pageSizeReductions).toBeGreaterThan(1);
  });
});

const anyLimit = fc.integer({ min: 1, max: 9 });

function heavyList(model: Parameters<typeof itemsOf>[0], limit: number, most: number) {
  const list = new MemoryList(model, {
    query: { limit },
    // The sync list fetches its first page when it is made, outside of a walk.
    before: ({ query }, number) => {
      if (number > 0 && Number(query["limit"]) > most) throw tooLarge();
    },
  });
  return list;
}

describe("a walk whose pages are too heavy gives the same items", () => {
  law.prop(
    [anyModel(), anyLimit, anyLimit, fc.nat({ max: 3 }), fc.array(fc.nat({ max: 9 }), { maxLength: 5 })],
    { numRuns: 1000 },
  )("async, fetched ahead, and resumed", async (model, limit, most, prefetch, parts) => {
    const list = heavyList(model, limit, most).async();
    const items: Item[] = [];
    let walk = list.items({ prefetch });
    for (const part of parts) {
      for (let taken = 0; taken < part; taken++) {
        const step = await walk.next();
        if (!step.done) items.push(step.value);
      }
      await walk.return();
      walk = heavyList(model, limit, 9).async().items({ prefetch, resumeFrom: walk.checkpoint });
    }
    items.push(...(await all(walk)));
    expect(items).toEqual(itemsOf(model));
    const { complete, reason } = walk.outcome as Outcome;
    expect({ complete, reason }).toEqual({ complete: true, reason: "exhausted" });
  });

  law.prop([anyModel(), anyLimit, anyLimit, fc.nat({ max: 1 })], { numRuns: 1000 })(
    "sync",
    (model, limit, most, prefetch) => {
      const walk = heavyList(model, limit, most).sync().items({ prefetch });
      expect([...walk]).toEqual(itemsOf(model));
    },
  );
});

test("a sync walk that fetches ahead requests the page again", () => {
  const { fetchPage, source, limits } = numbers();
  let isFirst = true;
  const list = new SyncPaginator<number>(SyncPageCursor<number>, {
    ...source,
    fetch: (each) => {
      if (!isFirst) return fetchPage(each);
      isFirst = false;
      return { body: { data: expected.slice(0, 16), next_page: 16 }, response };
    },
    fetchAhead: (each) => ({ wait: () => fetchPage(each), cancel: () => undefined }),
  });
  expect([...list.items({ prefetch: 1 })]).toEqual(expected);
  expect(limits.slice(0, 4)).toEqual([16, 8, 4, 2]);
});

test("a sync walk throws what a smaller page cannot help", () => {
  const { fetchPage, source } = numbers({ most: 0 });
  const list = new SyncPaginator<number>(SyncPageCursor<number>, { ...source, fetch: fetchPage });
  expect(() => list.items().next()).toThrow("too large");
});
