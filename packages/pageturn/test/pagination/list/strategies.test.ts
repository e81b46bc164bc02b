import {
  AsyncPaginator,
  AsyncReportPageCursor,
  definePages,
  type PageRequest,
  PaginationCycleError,
  SyncPaginator,
  SyncReportPageCursor,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { response } from "../lists/memory-list.ts";
import { type StrategyAPI, strategyAPIs } from "../lists/strategy-apis.ts";
import { checkLaws, copy, lists, rowsOf } from "../lists/strategy-laws.ts";

for (const [name, api] of Object.entries(strategyAPIs)) checkLaws(name, api);

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
  expect(resume).toThrow(/with limit = "2", and this list is requested with limit = "3"/);
});

test("a page of a report tells when its figures were refreshed; an empty one with a cursor does not end it", async () => {
  const bodies: readonly object[] = [
    { data: [1], has_more: true, next_page: "a", data_refreshed_at: "2026-11-01T00:00:00Z" },
    { data: [], has_more: true, next_page: "b" },
    { data: [2], has_more: false, next_page: "c" },
  ];
  const made = () => {
    const asked: unknown[] = [];
    const fetch = ({ query }: PageRequest) => ({ body: bodies[asked.push(query["page"]) - 1], response });
    return { asked, source: { request: { path: "/", query: {} }, fetch } };
  };
  const [one, other] = [made(), made()];
  const sync = new SyncPaginator(SyncReportPageCursor<number>, one.source);
  const { fetch } = other.source;
  const async = new AsyncPaginator(AsyncReportPageCursor<number>, {
    ...other.source,
    fetch: async (request) => fetch(request),
  });
  const asyncPages: AsyncReportPageCursor<number>[] = [];
  for await (const page of async.pages()) asyncPages.push(page);
  for (const pages of [[...sync.pages()], asyncPages]) {
    expect(pages.map((page) => page.data_refreshed_at)).toEqual(["2026-11-01T00:00:00Z", null, null]);
    expect(pages.flatMap(({ data }) => data)).toEqual([1, 2]);
    expect(pages.map((page) => page.hasNextPage())).toEqual([true, true, false]);
    expect(pages[0]?._request_id).toBe(response.requestId);
  }
  expect([one.asked, other.asked]).toEqual([
    [undefined, "a", "b"],
    [undefined, "a", "b"],
  ]);
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
