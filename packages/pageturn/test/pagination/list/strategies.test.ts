import { fc, test } from "@fast-check/vitest";
import {
  AsyncPaginator,
  type Checkpoint,
  CheckpointError,
  definePages,
  type PageRequest,
  PaginationCycleError,
  SyncPaginator,
  type WalkOptions,
} from "pageturn/pagination";
import { describe, expect } from "vitest";
import { resumeAt } from "../../../src/pagination/checkpoint/resume.ts";
import { response } from "../lists/memory-list.ts";
import { type Row, type StrategyAPI, strategyAPIs } from "../lists/strategy-apis.ts";

interface Asking {
  readonly api: StrategyAPI;
  readonly rows: readonly Row[];
  readonly size?: number | undefined;
  readonly resumeFrom?: Checkpoint | undefined;
  readonly walk?: WalkOptions;
  readonly answer?: StrategyAPI["answer"];
}

/** Both lists of an API, with the requests that they sent. */
function lists({ api, rows, size, resumeFrom, walk, answer = api.answer }: Asking) {
  const { SyncPage, AsyncPage } = definePages(api.strategy);
  const requests: PageRequest[] = [];
  const request = api.request(size);
  const start = resumeFrom && resumeAt(request, resumeFrom, api.strategy);
  const fetch = (asked: PageRequest) => {
    requests.push(asked);
    const { body, headers } = answer(asked, rows);
    return {
      body: JSON.parse(JSON.stringify(body)),
      response: { ...response, headers: new Headers(headers) },
    };
  };
  const source = { request, start, walk };
  const sync = new SyncPaginator(SyncPage<Row>, { ...source, fetch });
  const async = new AsyncPaginator(AsyncPage<Row>, { ...source, fetch: async (asked) => fetch(asked) });
  return { sync, async, requests };
}

const rowsOf = (count: number): Row[] => Array.from({ length: count }, (_, key) => ({ key }));
const anySize = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
const copy = (checkpoint: Checkpoint): Checkpoint => JSON.parse(JSON.stringify(checkpoint));

describe.each(Object.entries(strategyAPIs))("the strategy of %s", (_, api) => {
  test.prop([fc.nat(14), anySize])(
    "returns every item once, in order, and knows that it is complete",
    async (count, size) => {
      const rows = rowsOf(count);
      const { sync, async } = lists({ api, rows, size });
      const walk = async.items();
      const found: Row[] = [];
      for await (const row of walk) found.push(row);
      expect(found).toEqual(rows);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: count });
      const syncWalk = sync.items({ prefetch: 1 });
      expect([...syncWalk]).toEqual(rows);
      expect(syncWalk.outcome).toEqual(walk.outcome);
      expect([...sync.pages()].flatMap(({ data }) => data)).toEqual(rows);
    },
  );

  test.prop([fc.nat(12), anySize, anySize, fc.nat(12)])(
    "is resumed after any item, with another page size too",
    async (count, size, otherSize, taken) => {
      const rows = rowsOf(count);
      const walk = lists({ api, rows, size }).sync.items();
      for (let index = 0; index < taken; index++) walk.next();
      const resumeFrom = copy(walk.checkpoint);
      const rest = lists({ api, rows, size: otherSize, resumeFrom });
      expect(rest.sync.toArray()).toEqual(rows.slice(taken));
      expect(await rest.async.toArray()).toEqual(rows.slice(taken));
      expect(lists({ api, rows, size: otherSize }).sync.toArray({ resumeFrom })).toEqual(rows.slice(taken));
    },
  );

  test.prop([fc.nat(12), anySize, fc.integer({ min: 1, max: 12 })])(
    "maxItems returns the first items, and the walk is resumed after them",
    (count, size, maxItems) => {
      const rows = rowsOf(count);
      const { sync } = lists({ api, rows, size });
      const walk = sync.items({ maxItems });
      expect([...walk]).toEqual(rows.slice(0, maxItems));
      expect(sync.toArray({ resumeFrom: copy(walk.checkpoint) })).toEqual(rows.slice(maxItems));
    },
  );

  test("a server that always answers the second page is a cycle, or pages with nothing new", () => {
    const rows = rowsOf(12);
    const second = lists({ api, rows, size: 3 });
    [...second.sync.pages({ maxPages: 2 })];
    const request = second.requests[1];
    if (request === undefined) throw new Error("no second page");
    const { sync } = lists({ api, rows, size: 3, answer: () => api.answer(request, rows) });
    expect(() => sync.toArray({ maxEmptyPages: 2 })).toThrow(/already requested|without new items/);
  });

  test("a checkpoint does not move to another filter, header or path", () => {
    const rows = rowsOf(9);
    const walk = lists({ api, rows }).sync.items();
    for (let index = 0; index < 4; index++) walk.next();
    const genuine = JSON.parse(JSON.stringify(walk.checkpoint));
    const forgeries = [
      { query: { admin: "1" } },
      { headers: { authorization: "x" } },
      { path: "/secrets" },
      { path: "/archive/1/../../secrets" },
      { json: [[["filter", "kind"], "y"]] },
      { json: [[[], "y"]] },
      { json: {} },
      { json: ["y"] },
    ];
    for (const forged of forgeries) {
      const resumeFrom = { ...genuine, at: { ...genuine.at, ...forged } };
      expect(() => lists({ api, rows }).sync.items({ resumeFrom })).toThrow(CheckpointError);
    }
  });
});

test("a page size that may not change stays as it is, whatever maxItems says", () => {
  const api = strategyAPIs["pageNumber"];
  if (api === undefined) throw new Error("no such API");
  const { sync, requests } = lists({ api, rows: rowsOf(95), size: 20 });
  const walk = sync.items({ maxItems: 47 });
  expect([...walk].map(({ key }) => key)).toEqual(rowsOf(47).map(({ key }) => key));
  expect(requests.map(({ query }) => query)).toEqual([
    { limit: 20 },
    { limit: 20, page: 2 },
    { limit: 20, page: 3 },
  ]);
  const resumed = lists({ api, rows: rowsOf(95), size: 30, resumeFrom: copy(walk.checkpoint) });
  expect(resumed.sync.toArray().map(({ key }) => key)).toEqual(
    rowsOf(95)
      .slice(47)
      .map(({ key }) => key),
  );
  expect(resumed.requests.every(({ query }) => String(query["limit"]) === "20")).toBe(true);
});

test("without a page size in the strategy, another size is another filter", () => {
  const { pageSize: _, ...strategy } = strategyAPIs["pageNumber"]?.strategy ?? {
    next: () => null,
    cursors: [],
  };
  const api = { ...strategyAPIs["pageNumber"], strategy } as StrategyAPI;
  const walk = lists({ api, rows: rowsOf(9), size: 2 }).sync.items();
  walk.next();
  const resume = () => lists({ api, rows: rowsOf(9), size: 3, resumeFrom: copy(walk.checkpoint) });
  expect(resume).toThrow(/taken with limit = "2", not "3"/);
});

describe("sameCursor", () => {
  const stuck = (sameCursor: "error" | "end" | "follow" | undefined, more?: boolean) => {
    const { SyncPage } = definePages({
      next: { from: { body: "next" }, to: "c" },
      hasMore: "more",
      sameCursor,
    });
    let calls = 0;
    const fetch = () => {
      calls += 1;
      return { body: { data: [calls], next: calls < 5 ? "same" : null, more: more && calls < 5 }, response };
    };
    return new SyncPaginator(SyncPage<number>, { request: { path: "/", query: {} }, fetch });
  };

  test('"error", the default, is a cycle', () => {
    expect(() => stuck("error").toArray()).toThrow(PaginationCycleError);
    expect(() => stuck(undefined).toArray()).toThrow(PaginationCycleError);
  });

  test('"end" ends the list, which is complete, unless the server says that there is more', () => {
    const walk = stuck("end").items();
    expect([...walk]).toEqual([1, 2]);
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
    expect(() => stuck("end", true).toArray()).toThrow(PaginationCycleError);
  });

  test('"follow" requests the page again', () => {
    const walk = stuck("follow").items();
    expect([...walk]).toEqual([1, 2, 3, 4, 5]);
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
  });
});
