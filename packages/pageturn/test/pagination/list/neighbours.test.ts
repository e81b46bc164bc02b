import {
  AsyncBidirectionalPageCursor,
  AsyncPage,
  AsyncPaginator,
  PaginationError,
  SyncBidirectionalPageCursor,
  SyncPage,
  SyncPaginator,
  SyncTokenPage,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { openBody, openFirst, scripted } from "../lists/scripted-list.ts";

const ids = { data: [{ id: "c" }, { id: "d" }], first_id: "c", last_id: "d" };
const request = (query: Record<string, unknown>) => ({ path: "/v1/list", query });

describe("a list by ids", () => {
  const page = (query: Record<string, unknown>, body: unknown = ids) =>
    openFirst(SyncPage, { answer: () => body, request: request(query) });

  test("goes forward from its last id and back from its first", () => {
    expect(page({}).nextPageInfo()).toEqual({ params: { after_id: "d" } });
    expect(page({}).previousPageInfo()).toEqual({ params: { before_id: "c" } });
  });

  test("goes the other way round where the request has a before_id", () => {
    expect(page({ before_id: "e" }).nextPageInfo()).toEqual({ params: { before_id: "c" } });
    expect(page({ before_id: "e" }).previousPageInfo()).toEqual({ params: { after_id: "d" } });
    expect(page({ before_id: "" }).nextPageInfo()).toEqual({ params: { after_id: "d" } });
  });

  test("takes the other cursor out when it turns round: the API refuses both together", () => {
    expect(page({ after_id: "b", limit: 2 }).getPreviousPage().request.query).toEqual({
      after_id: undefined,
      before_id: "c",
      limit: 2,
    });
    expect(page({ before_id: "e" }).getPreviousPage().request.query).toEqual({
      before_id: undefined,
      after_id: "d",
    });
  });

  test("has no way back from a page without ids, and cannot say whether there is one", () => {
    expect(page({}, { data: [] }).previousPageInfo()).toBeNull();
    expect(page({}, { data: [], first_id: "" }).previousPageInfo()).toBeNull();
    expect(page({}).hasPreviousPage()).toBeNull();
  });
});

describe("a list by a cursor that goes both ways", () => {
  const page = (body: unknown) => openBody(SyncBidirectionalPageCursor, body);

  test("goes back to prev_page", () => {
    const { request: asked } = page({ prev_page: "p1" }).getPreviousPage();
    expect(asked.query).toEqual({ page: "p1" });
  });

  test("knows whether there is a page before, where the server says", () => {
    expect(page({ prev_page: "p1" }).hasPreviousPage()).toBe(true);
    expect(page({ prev_page: null }).hasPreviousPage()).toBe(false);
    expect(page({}).hasPreviousPage()).toBeNull();
  });
});

test("a list by tokens has no way back", () => {
  const page = openBody(SyncTokenPage, { next_page: "t2" });
  expect(page.previousPageInfo()).toBeNull();
  expect(() => page.getPreviousPage()).toThrow(
    /Cannot get the previous page of \/v1\/list: .* previousPageInfo\(\)/,
  );
});

describe("a page that points to none", () => {
  test("throws PaginationError, with the caller's line on top of its stack", () => {
    const page = openBody(SyncPage, {});
    expect(() => page.getNextPage()).toThrow(PaginationError);
    expect(() => page.getPreviousPage()).toThrow(PaginationError);
    try {
      page.getNextPage();
    } catch (error) {
      expect(error).toHaveProperty(
        "message",
        expect.stringMatching(/next page of \/v1\/list: .* Check nextPageInfo\(\)/),
      );
      expect(error instanceof Error && error.stack?.split("\n")[1]).toContain("neighbours.test.ts");
    }
  });

  test("rejects with PaginationError", async () => {
    const page = await new AsyncPaginator(AsyncPage, scripted({ answer: () => ({}) }).async);
    await expect(page.getNextPage()).rejects.toThrow(PaginationError);
    await expect(page.getPreviousPage()).rejects.toThrow(PaginationError);
  });
});

test("the next page is asked for whatever hasNextPage() says", async () => {
  const body = { data: [], has_more: false, next_page: "p2", prev_page: "p0" };
  const { sync, async, requests } = scripted({ answer: () => body });
  const page = new SyncPaginator(SyncBidirectionalPageCursor, sync).firstPage();
  expect(page.hasNextPage()).toBe(false);
  expect(page.getNextPage()).toBeInstanceOf(SyncBidirectionalPageCursor);
  const first = await new AsyncPaginator(AsyncBidirectionalPageCursor, async);
  expect(await first.getNextPage()).toBeInstanceOf(AsyncBidirectionalPageCursor);
  await first.getPreviousPage();
  expect(requests.map(({ query }) => query["page"])).toEqual([undefined, "p2", undefined, "p2", "p0"]);
});
