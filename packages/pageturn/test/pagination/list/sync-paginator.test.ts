import { AsyncPage, AsyncPaginator, type PageRequest, SyncPage, SyncPaginator } from "pageturn/pagination";
import { describe, expect, test, vi } from "vitest";
import { idBody } from "../lists/held-list.ts";
import { response } from "../lists/memory-list.ts";

interface Item {
  readonly id: string;
}

const request: PageRequest = { path: "/v1/list", query: {} };

/** A list of `a` to `f`, two to a page, with the requests that it was sent. */
function letters() {
  const requests: PageRequest[] = [];
  const answer = (asked: PageRequest) => {
    requests.push(asked);
    const all = ["a", "b", "c", "d", "e", "f"];
    const start = all.indexOf(String(asked.query["after_id"])) + 1;
    return { body: idBody(all.slice(start, start + 2), start + 2 < 6), response };
  };
  const sync = new SyncPaginator<Item, SyncPage<Item>>(SyncPage, { request, fetch: answer });
  const async = new AsyncPaginator<Item, AsyncPage<Item>>(AsyncPage, {
    request,
    fetch: async (asked) => answer(asked),
  });
  return { sync, async, requests };
}

const ids = (items: readonly Item[]) => items.map(({ id }) => id).join("");

describe("a SyncPaginator", () => {
  test("sends nothing before it is used, and the first request once", () => {
    const { sync, requests } = letters();
    expect(requests).toEqual([]);
    const first = sync.firstPage();
    expect(sync.firstPage()).toBe(first);
    expect(first).toBeInstanceOf(SyncPage);
    const { data, page, requestId, request_id } = sync.withResponse();
    expect([data === first, page === first, requestId, request_id]).toEqual([true, true, null, null]);
    expect(sync.asResponse()).toBe(first.response);
    expect(ids(sync.toArray())).toBe("abcdef");
    expect(ids([...sync])).toBe("abcdef");
    expect(requests).toHaveLength(1 + 2 + 2);
  });

  test("has the members of its twin", () => {
    const { sync, async } = letters();
    const members = (list: object) => Object.getOwnPropertyNames(Object.getPrototypeOf(list));
    const promise = ["then", "catch", "finally"];
    const internal = ["forget", "gatedItems", "source", "strategy", "withQuery"];
    expect(members(sync).toSorted()).toEqual(
      members(async)
        .filter((name) => ![...promise, ...internal].includes(name))
        .toSorted(),
    );
  });

  test("walks pages under both names", async () => {
    const { sync, async } = letters();
    expect([...sync.iterPages()].map(({ data }) => ids(data))).toEqual(
      [...sync.pages()].map(({ data }) => ids(data)),
    );
    const pages: string[] = [];
    for await (const { data } of async.iterPages()) pages.push(ids(data));
    expect(pages).toEqual(["ab", "cd", "ef"]);
    expect(await async.firstPage()).toBe(await async);
    const { data, page } = await async.withResponse();
    expect(data).toBe(page);
  });

  test("sends the first request again where it failed", () => {
    let fails = true;
    const fetch = () => {
      if (fails) throw new Error("down");
      return { body: idBody(["a"], false), response };
    };
    const list = new SyncPaginator<Item>(SyncPage<Item>, { request, fetch });
    expect(() => list.firstPage()).toThrow("down");
    fails = false;
    expect(ids(list.toArray())).toBe("a");
  });

  test("asks for no more than maxItems where the default page is larger, unless the page is there already", async () => {
    const { sync, async, requests } = letters();
    expect(ids(sync.toArray({ maxItems: 1 }))).toBe("a");
    expect(requests).toEqual([{ path: "/v1/list", query: { limit: 1 } }]);
    sync.firstPage();
    expect(ids(sync.toArray({ maxItems: 1 }))).toBe("a");
    expect(requests).toHaveLength(2);
    expect(ids(await async.toArray({ maxItems: 25 }))).toBe("abcdef");
    expect(requests[2]?.query).toEqual({});
  });

  test("a checkpoint of the page at hand does not fetch it again", async () => {
    const { sync, async, requests } = letters();
    const page = sync.firstPage();
    const walk = page.items();
    walk.next();
    expect(ids(page.toArray({ resumeFrom: walk.checkpoint }))).toBe("bcdef");
    expect(requests.map(({ query }) => query["after_id"])).toEqual([undefined, "b", "d"]);
    requests.length = 0;
    const asyncPage = await async;
    expect(ids(await asyncPage.toArray({ resumeFrom: walk.checkpoint }))).toBe("bcdef");
    expect(requests.map(({ query }) => query["after_id"])).toEqual([undefined, "b", "d"]);
    requests.length = 0;
    const later = page.items();
    for (let index = 0; index < 3; index++) later.next();
    expect(ids(page.toArray({ resumeFrom: later.checkpoint }))).toBe("def");
  });
});

describe("for await over a synchronous list", () => {
  test("works, and warns once", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const { sync } = letters();
    const seen: Item[] = [];
    // @ts-expect-error: for await over a synchronous list blocks the event loop.
    for await (const item of sync) seen.push(item);
    // @ts-expect-error: and over a page of it.
    for await (const item of sync.firstPage()) seen.push(item);
    // @ts-expect-error: and over a walk.
    for await (const item of sync.items()) seen.push(item);
    expect(ids(seen)).toBe("abcdef".repeat(3));
    expect(warn).toHaveBeenCalledOnce();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("an asynchronous client"), expect.anything());
    warn.mockRestore();
  });
});
