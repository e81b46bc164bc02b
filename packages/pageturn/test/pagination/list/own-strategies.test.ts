import { ConfigurationError, PageturnError } from "pageturn";
import {
  AsyncPaginator,
  type Checkpoint,
  CheckpointError,
  definePages,
  flatMap,
  flatMapSync,
  nextRequest,
  type PageRequest,
  PaginationError,
  type PaginationStrategy,
  SyncPaginator,
  splitAt,
  type WalkOptions,
  writeRequest,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { requestKey } from "../../../src/pagination/request/page-request.ts";
import { RepeatedParameter } from "../../../src/pagination/request/query.ts";
import { response } from "../lists/memory-list.ts";

const copy = (checkpoint: Checkpoint): Checkpoint => JSON.parse(JSON.stringify(checkpoint));

/** A sync list with this strategy, and the requests that it sends. */
function listOf(
  strategy: PaginationStrategy,
  request: PageRequest,
  answer: (request: PageRequest) => unknown,
  walk?: WalkOptions,
) {
  const requests: PageRequest[] = [];
  const { SyncPage } = definePages(strategy);
  const list = new SyncPaginator(SyncPage<number>, {
    request,
    walk,
    fetch: (asked) => {
      requests.push(asked);
      return { body: answer(asked), response };
    },
  });
  return { list, requests };
}

describe("a structured cursor in a JSON body", () => {
  const strategy: PaginationStrategy = {
    next: ({ body }) => (body["key"] == null ? null : { json: { start: body["key"] } }),
    cursors: [{ json: "start" }],
  };
  const request = { path: "/query", query: {}, json: { table: "t" } };
  test.each([
    ["an object", (at: number) => ({ pk: { n: String(at) }, sk: "x" })],
    ["an array", (at: number) => [at, "id"]],
  ])("may be %s, and a list is resumed from it", (_, keyOf) => {
    const answer = ({ json }: PageRequest) => {
      const start = json?.["start"];
      const at = start === undefined ? 0 : Number(JSON.stringify(start).replace(/\D/g, ""));
      return { data: [at, at + 1], key: at < 4 ? keyOf(at + 2) : null };
    };
    for (let taken = 0; taken <= 6; taken++) {
      const walk = listOf(strategy, request, answer).list.items();
      for (let index = 0; index < taken; index++) walk.next();
      const rest = listOf(strategy, request, answer).list.toArray({ resumeFrom: copy(walk.checkpoint) });
      expect(rest).toEqual([0, 1, 2, 3, 4, 5].slice(taken));
    }
  });
});

describe("a cursor in a JSON body", () => {
  test("of a list without a body is a TypeError, not a POST", () => {
    const strategy: PaginationStrategy = { next: { from: { body: "next" }, to: { json: "token" } } };
    const { list } = listOf(strategy, { path: "/x", query: {} }, () => ({ data: [1], next: "t2" }));
    expect(() => list.toArray()).toThrow(/request's body must be JSON objects/);
  });

  test("beside cursors of other kinds is the only part of the body that a checkpoint may change", () => {
    const strategy: PaginationStrategy = {
      next: { from: { body: "next" }, to: { json: "token" } },
      cursors: ["a", { query: "b" }, { header: "c" }, { json: "token" }],
      pageSize: { in: { query: "limit" }, adjustable: true },
    };
    const request = { path: "/x", query: { limit: 1 }, json: { q: "x" } };
    const { list } = listOf(strategy, request, ({ json }) => ({
      data: [1],
      next: json?.["token"] ? null : "t2",
    }));
    const walk = list.items();
    walk.next();
    const genuine = JSON.parse(JSON.stringify(walk.checkpoint));
    expect(genuine.at).toEqual({ json: [[["token"], "t2"]] });
    expect(list.toArray({ resumeFrom: genuine })).toEqual([1]);
    expect(list.toArray({ maxItems: 1 })).toEqual([1]);
    for (const at of [{ json: [[["q"], "y"]] }, { json: [[["q"]]] }, { json: [7] }])
      expect(() => list.items({ resumeFrom: { ...genuine, at } })).toThrow(CheckpointError);
    const forged = { ...genuine, offset: 1, last: "x", query: { limit: "all" } };
    expect(() => list.items({ resumeFrom: forged })).toThrow(/its page size limit is "all"/);
  });
});

test("a parameter that the URL of a list repeats is kept, and is in the checkpoint", () => {
  const query = { tag: new RepeatedParameter(["x", "y"]) };
  const strategy: PaginationStrategy = { next: { from: { body: "next" }, to: "page" } };
  const { list, requests } = listOf(strategy, { path: "/x", query }, ({ query: asked }) => ({
    data: [1],
    next: asked["page"] ? null : "2",
  }));
  const walk = list.items();
  walk.next();
  expect(walk.checkpoint).toMatchObject({ query: { tag: ["x", "y"] } });
  expect(list.toArray({ resumeFrom: copy(walk.checkpoint) })).toEqual([1]);
  expect(requests.map((request) => writeRequest(request).url)).toEqual([
    "/x?tag=x&tag=y",
    "/x?tag=x&tag=y&page=2",
  ]);
});

describe("parameters in nested objects", () => {
  const strategy: PaginationStrategy = {
    next: { from: { body: "next" }, to: "page[after]" },
    pageSize: { in: "page[size]", default: 20, max: 20, adjustable: true },
    shortPage: "end",
  };
  const answer = ({ query }: PageRequest) => {
    const [after, size] = [Number(query["page[after]"] ?? 0), Number(query["page[size]"] ?? 20)];
    const data = Array.from({ length: 12 }, (_, index) => index).slice(after, after + size);
    return { data, next: String(after + size) };
  };
  const all = Array.from({ length: 12 }, (_, index) => index);

  test("are found by the strategy under their names in a URL", () => {
    const { list, requests } = listOf(
      strategy,
      { path: "/x", query: { page: { size: 5 }, f: { a: { b: 1 } } } },
      answer,
    );
    expect(list.toArray()).toEqual(all);
    expect(requests[1]?.query).toEqual({ "page[size]": 5, "f[a][b]": 1, "page[after]": "5" });
    const sized = listOf(strategy, { path: "/x", query: { page: { size: 5 } } }, answer);
    expect(sized.list.toArray({ maxItems: 7 })).toEqual(all.slice(0, 7));
    expect(sized.requests[1]?.query["page[size]"]).toBe(2);
  });

  test("a cursor among them is replaced, not repeated", () => {
    const { list, requests } = listOf(
      strategy,
      { path: "/x", query: { page: { after: "0", size: 5 } } },
      answer,
    );
    expect(list.toArray()).toEqual(all);
    expect(requests[1]?.query["page[after]"]).toBe("5");
  });

  test("an object that contains itself is refused", () => {
    const loop: Record<string, unknown> = {};
    loop["loop"] = loop;
    expect(() => listOf(strategy, { path: "/x", query: { loop } }, answer)).toThrow(ConfigurationError);
  });
});

describe("the key of a request", () => {
  test("does not depend on the order of keys in a JSON body or of headers", () => {
    const one = {
      path: "/x",
      query: {},
      json: { page: { after: "a", size: 2 } },
      headers: { a: "1", b: "2" },
    };
    const other = {
      path: "/x",
      query: {},
      json: { page: { size: 2, after: "a" } },
      headers: { b: "2", a: "1" },
    };
    expect(requestKey(one)).toBe(requestKey(other));
  });

  test("is that of the URL, wherever base and path meet", () => {
    expect(requestKey({ base: "https://h/api", path: "/y", query: {} })).toBe(
      requestKey({ base: "https://h", path: "/api/y", query: {} }),
    );
  });

  test('a JSON cursor that leads to itself is the end with sameCursor: "end"', () => {
    const strategy: PaginationStrategy = {
      next: { from: { body: "next" }, to: { json: ["page", "after"] } },
      sameCursor: "end",
    };
    const request = { path: "/x", query: {}, json: { page: { after: "a", size: 2 } } };
    const { list } = listOf(strategy, request, () => ({ data: [1, 2], next: "a" }));
    expect(list.toArray()).toEqual([1, 2]);
  });
});

describe("checkpoints", () => {
  test('of a list with sameCursor: "follow" are resumed at the end of a page that leads to itself', () => {
    const strategy: PaginationStrategy = { next: { from: { body: "next" }, to: "c" }, sameCursor: "follow" };
    let calls = 0;
    const answer = () => {
      calls += 1;
      return { data: [calls], next: calls < 4 ? "same" : null };
    };
    const walk = listOf(strategy, { path: "/x", query: {} }, answer).list.items();
    expect([walk.next().value, walk.next().value]).toEqual([1, 2]);
    const { list } = listOf(strategy, { path: "/x", query: {} }, answer);
    expect(list.toArray({ resumeFrom: copy(walk.checkpoint) })).toEqual([3, 4]);
  });

  test("do not leave the path of the base URL, and add no body", () => {
    const strategy: PaginationStrategy = {
      next: ({ request }) => ({ path: `/archive/${Number(request.path.slice(9)) + 1}` }),
      cursors: [{ path: /^\/archive\/\d+$/ }, { json: "token" }],
      emptyPage: "end",
    };
    const request = { base: "https://h/tenant-a", path: "/archive/0", query: {} };
    const { list, requests } = listOf(strategy, request, ({ path }) => ({
      data: path === "/archive/2" ? [] : [1],
    }));
    const walk = list.items();
    walk.next();
    const genuine = JSON.parse(JSON.stringify(walk.checkpoint));
    expect(genuine.at).toEqual({ path: "/archive/1" });
    for (const at of [{ path: null }, { path: "//evil.example/archive/1" }, { json: [[["token"], "x"]] }])
      expect(() => list.items({ resumeFrom: { ...genuine, at } })).toThrow(CheckpointError);
    requests.length = 0;
    list.toArray({ resumeFrom: genuine });
    expect(requests.every(({ base }) => base === "https://h/tenant-a")).toBe(true);
  });

  test("hold no credential of the query, and are resumed with a new one", () => {
    const strategy: PaginationStrategy = { next: { from: { body: "next" }, to: "page_token" } };
    const answer = ({ query }: PageRequest) =>
      query["page_token"] === "t2" ? { data: [2] } : { data: [1], next: "t2" };
    const request = (key: string) => ({ path: "/x", query: { api_key: key, q: "x" } });
    const walk = listOf(strategy, request("SECRET-ONE"), answer).list.items();
    walk.next();
    expect(JSON.stringify(walk.checkpoint)).not.toContain("SECRET");
    expect(JSON.stringify(walk.checkpoint)).toContain('"page_token":"t2"');
    const { list } = listOf(strategy, request("SECRET-TWO"), answer);
    expect(list.toArray({ resumeFrom: copy(walk.checkpoint) })).toEqual([2]);
  });
});

describe("links without a base", () => {
  test.each(["/.//evil.example/steal", "//evil.example/", "/x/..//evil.example"])(
    "to another host are refused: %s",
    (url) => {
      expect(() => nextRequest({ path: "/list", query: {} }, { url })).toThrow(PaginationError);
    },
  );
});

describe("a function of a strategy", () => {
  test.each([undefined, 7, {}, { page: 2 }, { params: { a: 1 }, json: { b: 1 } }])(
    "that returns %j is a clear TypeError",
    (info) => {
      const strategy = { next: () => info as never, cursors: ["a"] };
      const { list } = listOf(strategy, { path: "/x", query: {} }, () => ({ data: [1] }));
      expect(() => list.toArray()).toThrow(
        /function next of the strategy must return null or exactly one of/,
      );
    },
  );
});

describe("items with a number for an id", () => {
  test("are recognised by it, as by a text", () => {
    const { SyncPage } = definePages({ next: { from: { body: "next" }, to: "c" } });
    let data: readonly object[] = [
      { id: 1, n: "a" },
      { id: 2, n: "b" },
      { id: 3, n: "c" },
    ];
    const list = () =>
      new SyncPaginator(SyncPage<object>, {
        request: { path: "/x", query: {} },
        fetch: () => ({ body: { data }, response }),
      });
    const walk = list().items();
    walk.next();
    walk.next();
    data = [{ id: 0 }, { id: 1 }, { id: 2, n: "changed" }, { id: 3, n: "c" }];
    expect(list().toArray({ resumeFrom: copy(walk.checkpoint) })).toEqual([{ id: 3, n: "c" }]);
  });
});

describe("walks made of walks", () => {
  const { SyncPage, AsyncPage } = definePages({ next: { from: { body: "next" }, to: "c" } });
  const request = { path: "/x", query: {} };

  test("flatMap does not drop a list whose signal fires before its turn: the next call throws", async () => {
    const controller = new AbortController();
    const list = (name: string, signal?: AbortSignal) =>
      new AsyncPaginator(AsyncPage<string>, {
        request,
        ...(signal && { signal }),
        fetch: async () => ({ body: { data: [`${name}1`, `${name}2`] }, response }),
      });
    const walk = flatMap(list("p"), (parent) =>
      list(parent, parent === "p2" ? controller.signal : undefined),
    );
    expect((await walk.next()).value).toBe("p11");
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("enough"));
    const seen: string[] = [];
    const loop = async () => {
      for await (const item of walk) seen.push(item);
    };
    await expect(loop()).rejects.toThrow(/the caller's signal fired/);
    expect(seen).toEqual(["p12"]);
    expect(walk.outcome).toMatchObject({ reason: "aborted", complete: false });
  });

  test("splitAt throws where the signal fires while a page is fetched", async () => {
    const controller = new AbortController();
    const list = new AsyncPaginator(AsyncPage<string>, {
      request,
      signal: controller.signal,
      fetch: async () => {
        queueMicrotask(() => queueMicrotask(() => controller.abort()));
        return { body: { data: ["a"] }, response };
      },
    });
    await expect(splitAt(list, []).next()).rejects.toThrow(/the caller's signal fired/);
  });

  test("splitAt joins only where the item before is the same: an id that is there twice loses nothing", async () => {
    const pages = [["a", "b"], ["c", "a"], ["d"]];
    const list = () =>
      new AsyncPaginator(AsyncPage<{ id: string }>, {
        request,
        fetch: async ({ query }) => {
          const at = Number(query["c"] ?? 0);
          const data = pages[at]?.map((id) => ({ id }));
          return { body: { data, next: at < 2 ? String(at + 1) : null }, response };
        },
      });
    for (let taken = 0; taken <= 5; taken++) {
      const walk = list().items();
      for (let index = 0; index < taken; index++) await walk.next();
      for (const concurrency of [1, 2, 3]) {
        const found: string[] = [];
        for await (const { id } of splitAt(list(), [walk.checkpoint], { concurrency })) found.push(id);
        expect(found.join("")).toBe("abcad");
      }
    }
  });

  test("flatMap does not take the bounds of a client for those of each list", async () => {
    const walk = { maxItems: 1, maxPages: 1 };
    const fetch = () => ({ body: { data: [1, 2, 3] }, response });
    const sync = new SyncPaginator(SyncPage<number>, { request, walk, fetch });
    const async = new AsyncPaginator(AsyncPage<number>, { request, walk, fetch: async () => fetch() });
    expect([...flatMapSync(sync, () => sync)]).toHaveLength(9);
    const found: number[] = [];
    for await (const item of flatMap(async, () => async)) found.push(item);
    expect(found).toHaveLength(9);
  });

  test("flatMapSync refuses a prefetch that its walks would refuse, before any request", () => {
    const fetch = () => {
      throw new Error("a request was sent");
    };
    const list = new SyncPaginator(SyncPage<number>, { request, fetch });
    expect(() => flatMapSync(list, () => list, { prefetch: 5 })).toThrow(ConfigurationError);
  });
});

describe("arguments that TypeScript would refuse", () => {
  const { SyncPage, AsyncPage } = definePages({ next: { from: { body: "next" }, to: "c" } });
  const request = { path: "/x", query: {} };
  const fetched = () => ({ body: { data: [1] }, response });
  const sync = new SyncPaginator(SyncPage<number>, { request, fetch: fetched });
  const async = new AsyncPaginator(AsyncPage<number>, { request, fetch: async () => fetched() });
  const any = (value: unknown) => value as never;

  test.each<[string, () => unknown, RegExp]>([
    [
      "flatMap over a walk",
      () =>
        flatMap(
          any(async.items()),
          any(() => async),
        ),
      /must be a list as list\(\) returns it/,
    ],
    [
      "flatMapSync over an array",
      () => flatMapSync(any([1]), () => sync),
      /first argument of flatMapSync: it must/,
    ],
    [
      "flatMapSync with a function that returns a promise",
      () => [
        ...flatMapSync(
          sync,
          any(async () => sync),
        ),
      ],
      /what the function of flatMapSync returns/,
    ],
    ["splitAt of a page", () => splitAt(any(sync.firstPage()), []), /a list of the asynchronous client/],
    ["splitAt without an array", () => splitAt(async, any(7)), /an array of checkpoints/],
    [
      "a page class of the other kind",
      () => new SyncPaginator(any(AsyncPage), { request, fetch: fetched }),
      /must extend BaseSyncPage/,
    ],
    [
      "the pair instead of a class",
      () => new AsyncPaginator(any({ SyncPage, AsyncPage }), any({ request })),
      /must extend BaseAsyncPage/,
    ],
    [
      "a request without a query",
      () => new SyncPaginator(SyncPage, { request: any({ path: "/x" }), fetch: fetched }),
      /an object with a path and a query/,
    ],
    [
      "a misspelt member",
      () => new SyncPaginator(SyncPage, any({ request, fecth: fetched })),
      /"fecth" .*did you mean fetch/,
    ],
    [
      "a checkpoint as text",
      () => sync.items({ resumeFrom: any("{}") }),
      /it is text: parse it with JSON\.parse/,
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(PageturnError);
    expect(call).toThrow(message);
  });

  test("a function of flatMap that returns no list", async () => {
    await expect(
      flatMap(
        async,
        any(() => 7),
      ).next(),
    ).rejects.toThrow(/what the function of flatMap returns/);
  });
});

test("after a failed onPage the outcome is null again as soon as an item is returned", () => {
  const { list } = listOf({ next: { from: { body: "next" }, to: "c" } }, { path: "/x", query: {} }, () => ({
    data: [1, 2],
  }));
  const walk = list.items({
    onPage: () => {
      throw new Error("progress bar");
    },
  });
  expect(() => walk.next()).toThrow("progress bar");
  expect(walk.outcome?.reason).toBe("error");
  walk.next();
  expect(walk.outcome).toBeNull();
});

describe("what a second review found", () => {
  const strategy: PaginationStrategy = { next: { from: { body: "next" }, to: "page" } };

  test("nested params of a step replace those of the list", () => {
    const numbered: PaginationStrategy = {
      next: ({ request: { query } }) => ({ params: { page: { number: Number(query["page[number]"]) + 1 } } }),
      cursors: ["page[number]"],
      emptyPage: "end",
    };
    const answer = ({ query }: PageRequest) => ({
      data: Number(query["page[number]"]) < 4 ? [query["page[number]"]] : [],
    });
    const { list, requests } = listOf(
      numbered,
      { path: "/x", query: { page: { number: 1, size: 2 } } },
      answer,
    );
    expect(list.toArray()).toEqual([1, 2, 3]);
    expect(decodeURIComponent(writeRequest(requests[1] ?? { path: "", query: {} }).url)).toBe(
      "/x?page[number]=2&page[size]=2",
    );
  });

  test("a filter called key or token is a filter: a checkpoint is refused for another one", () => {
    for (const name of ["key", "token", "signature"]) {
      const { list } = listOf(strategy, { path: "/x", query: { [name]: "one" } }, () => ({
        data: [1],
        next: "2",
      }));
      const { checkpoint } = list.items();
      const other = listOf(strategy, { path: "/x", query: { [name]: "two" } }, () => ({ data: [1] }));
      expect(() => other.list.items({ resumeFrom: copy(checkpoint) })).toThrow(CheckpointError);
    }
  });

  test("a credential that a link adds is in no checkpoint", () => {
    const links: PaginationStrategy = { next: { from: { body: "next" }, to: "url" }, cursors: ["page"] };
    const answer = ({ query }: PageRequest) => ({
      data: [1],
      next: query["page"] ? null : "?page=2&access_token=SECRET",
    });
    const walk = listOf(links, { path: "/x", query: {} }, answer).list.items();
    walk.next();
    expect(JSON.stringify(walk.checkpoint)).not.toContain("SECRET");
  });

  test("a structured cursor is one value: its parts are not mixed with those of another page", () => {
    const keys: PaginationStrategy = {
      next: ({ body }) => (body["key"] == null ? null : { json: { start: body["key"] } }),
      cursors: [{ json: "start" }],
    };
    const seen: unknown[] = [];
    const cursors = [{ type: "b", name: "x" }, {}, { shard1: {}, shard2: { p: 5 } }];
    for (const cursor of cursors) {
      const answer = ({ json }: PageRequest) => {
        seen.push(json?.["start"]);
        return { data: [1], key: seen.length % 2 === 1 ? cursor : null };
      };
      const request = { path: "/q", query: {}, json: { start: { type: "a", id: 1 } } };
      const walk = listOf(keys, request, answer).list.items();
      walk.next();
      listOf(keys, request, answer).list.toArray({ resumeFrom: copy(walk.checkpoint) });
      expect(seen.splice(0).at(-1)).toEqual(cursor);
    }
  });

  test("a nested cursor is added to a body that has nothing on the way to it, and resumed", () => {
    const nested: PaginationStrategy = { next: { from: { body: "next" }, to: { json: ["page", "after"] } } };
    const answer = ({ json }: PageRequest) => ({
      data: [1],
      next: JSON.stringify(json) === "{}" ? "2" : null,
    });
    const walk = listOf(nested, { path: "/q", query: {}, json: {} }, answer).list.items();
    walk.next();
    const { list, requests } = listOf(nested, { path: "/q", query: {}, json: {} }, answer);
    expect(list.toArray({ resumeFrom: copy(walk.checkpoint) })).toEqual([1]);
    expect(requests[0]?.json).toEqual({ page: { after: "2" } });
  });

  test("a forged page size inside a JSON cursor is refused", () => {
    const sized: PaginationStrategy = {
      next: { from: { body: "next" }, to: { json: ["page", "after"] } },
      cursors: [{ json: "page" }],
      pageSize: { in: { json: ["page", "size"] } },
    };
    const request = { path: "/q", query: {}, json: { page: { size: 2 } } };
    const { list } = listOf(sized, request, () => ({ data: [1], next: "2" }));
    const genuine = JSON.parse(JSON.stringify(list.items().checkpoint));
    const forged = { ...genuine, at: { json: [[["page", "size"], { $gt: 0 }]] } };
    expect(() => list.items({ resumeFrom: forged })).toThrow(CheckpointError);
  });

  test("a list of texts beside absent items is no list of items", () => {
    const answer = ({ query }: PageRequest) =>
      query["page"] ? { data: [1] } : { unreachable: ["zone"], next: "2" };
    const walk = listOf(strategy, { path: "/x", query: {} }, answer).list.items({ onIncomplete: "stop" });
    expect([...walk]).toEqual([1]);
    expect(walk.outcome).toMatchObject({ complete: false, incompleteBecause: "noItems" });
  });

  test("a source may be an object of a class, with private members and a nested query", () => {
    class Source {
      readonly #calls: PageRequest[] = [];
      readonly request = { path: "/x", query: { f: { a: 1 } } };
      readonly extra = 1;
      fetch(asked: PageRequest) {
        this.#calls.push(asked);
        return { body: { data: [this.#calls.length] }, response };
      }
    }
    const { SyncPage } = definePages(strategy);
    expect(new SyncPaginator(SyncPage<number>, new Source()).toArray()).toEqual([1]);
  });

  test("a PageInfo may have members that are undefined", () => {
    const undefinedToo: PaginationStrategy = {
      next: ({ request }) => (request.query["a"] ? null : ({ params: { a: 1 }, url: undefined } as never)),
      cursors: ["a"],
    };
    expect(listOf(undefinedToo, { path: "/x", query: {} }, () => ({ data: [1] })).list.toArray()).toEqual([
      1, 1,
    ]);
  });

  test("a total that grew since the checkpoint is not held against a resumed walk, nor against segments", async () => {
    const totals: PaginationStrategy = {
      next: { from: { body: "next" }, to: "page" },
      total: { body: "total", counts: "items" },
    };
    const { AsyncPage } = definePages(totals);
    let extra = 0;
    const list = () =>
      new AsyncPaginator(AsyncPage<number>, {
        request: { path: "/x", query: {} },
        fetch: async ({ query }) => {
          const from = Number(query["page"] ?? -extra);
          const data = Array.from({ length: Math.min(5, 20 - from) }, (_, index) => from + index);
          const end = from + data.length;
          return { body: { data, total: 20 + extra, next: end < 20 ? String(end) : null }, response };
        },
      });
    const walk = list().items();
    for (let index = 0; index < 10; index++) await walk.next();
    const { checkpoint } = walk;
    await walk.return();
    extra = 2;
    expect(await list().toArray({ resumeFrom: copy(checkpoint) })).toHaveLength(10);
    const found: number[] = [];
    for await (const item of splitAt(list(), [checkpoint])) found.push(item);
    expect(found).toHaveLength(22);
  });
});
