import { APIResponseValidationError, ConfigurationError } from "pageturn";
import {
  definePages,
  type PaginationStrategy,
  SyncPage,
  SyncPaginator,
  writeRequest,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { openBody, openFirst } from "../lists/scripted-list.ts";

const next = { from: { body: "next" }, to: "page" } as const;

describe("definePages()", () => {
  test("gives classes that can be subclassed, named in a type and tested with instanceof", () => {
    const pages = definePages<{ next: string | null }>({ next });
    class NotePage<T> extends pages.SyncPage<T> {
      get last(): T | undefined {
        return this.data.at(-1);
      }
    }
    const page: NotePage<number> = openBody(NotePage<number>, { data: [1, 2], next: null });
    expect(page).toBeInstanceOf(pages.SyncPage);
    expect([page.last, page.next, page.toArray()]).toEqual([2, null, [1, 2]]);
    expect(openBody(SyncPage, {})).not.toBeInstanceOf(pages.SyncPage);
  });

  test.each<[unknown, RegExp]>([
    [{ next, itemsKey: "rows" }, /strategy option "itemsKey" as it does not exist: did you mean items\?/],
    [{ next, itemsKey: undefined }, /strategy option "itemsKey" as it does not exist/],
    [{}, /strategy must have the member next/],
    [{ next: "page" }, /next must be an object with from, to/],
    [{ next, previous: 7 }, /previous must be an object with from, to/],
    [{ next: () => null }, /list in strategy\.cursors which parameters next sets/],
    [{ next: { from: { body: "next" }, to: "url" } }, /list in strategy\.cursors which parameters next sets/],
    [{ next, cursors: [{ path: /^\/x/g }] }, /without the flags g and y/],
    [undefined, /strategy must be an object/],
    [
      { next: { from: "next", to: "page" } },
      /next\.from must be an object with body, header, firstItem, lastItem/,
    ],
    [
      { next: { from: { bdy: "next" }, to: "page" } },
      /next\.from option "bdy" as it does not exist: did you mean body\?/,
    ],
    [{ next: { from: {}, to: "page" } }, /next\.from must have exactly one of/],
    [{ next: { from: { body: "next" } } }, /next must have the member to/],
    [
      { next: { from: { body: "next" }, to: { cookie: "x" } } },
      /next\.to option "cookie" as it does not exist: known are query/,
    ],
    [{ next, cursors: [7] }, /a cursor must be an object with query, json, header/],
    [{ next, cursors: [{ path: "/x" }] }, /must be a regular expression/],
    [{ next, hasMore: 3 }, /strategy\.hasMore as it must be a key, an array of keys, or a function/],
    [{ next, errorIn: "x" }, /strategy\.errorIn must be a function/],
    [{ next, countBefore: 0 }, /strategy\.countBefore must be a function/],
    [{ next, isBackward: true }, /strategy\.isBackward must be a function/],
    [{ next, isCursorExpired: 404 }, /strategy\.isCursorExpired must be a function/],
    [{ next, fields: "total" }, /strategy\.fields must be an array/],
    [{ next, cursors: "page" }, /strategy\.cursors must be an array/],
    [{ next, pageSize: "limit" }, /pageSize must be an object/],
    [{ next, pageSize: { default: 20 } }, /pageSize must have the member in/],
    [
      { next, pageSize: { in: "limit", adjustble: true } },
      /pageSize option "adjustble" as it does not exist: did you mean adjustable/,
    ],
    [{ next, total: "total" }, /total must be an object with body, header, counts/],
    [
      { next, total: { body: "total", counts: "page" } },
      /total\.counts as it must be one of "items", "pages"/,
    ],
    [{ next, emptyPage: "stop" }, /emptyPage as it must be one of "continue", "end"/],
    [{ next, shortPage: "end", pageSize: { in: "limit" } }, /shortPage: "end" needs pageSize.max/],
    [{ next, previous: () => null }, /list in strategy\.cursors which parameters previous sets/],
  ])("refuses %o", (strategy, message) => {
    expect(() => definePages(strategy as PaginationStrategy)).toThrow(ConfigurationError);
    expect(() => definePages(strategy as PaginationStrategy)).toThrow(message);
  });
});

describe("where the items are", () => {
  const open = (strategy: Partial<PaginationStrategy>, body: unknown) =>
    openBody(definePages({ next, ...strategy }).SyncPage<number>, body);

  test("a key, a path, the body itself, or a function", () => {
    expect(open({ items: "rows" }, { rows: [1] }).data).toEqual([1]);
    expect(open({ items: ["a", "b"] }, { a: { b: [1] } }).data).toEqual([1]);
    expect(open({ items: [] }, [1]).data).toEqual([1]);
    expect(open({ items: ({ rows }) => rows }, { rows: [1] }).data).toEqual([1]);
  });

  test.each<[Partial<PaginationStrategy>, unknown, RegExp]>([
    [{}, [1], /the body is an array, not a JSON object\. State where the items are/],
    [{ items: [] }, { rows: [] }, /the body is of type object, not an array/],
    [{ items: [] }, "x", /the body is of type string/],
    [{ items: ["a", "b"] }, { a: { b: 7 } }, /`a\.b` is of type number, not an array/],
    [{ items: () => "x" }, { rows: [] }, /the result of `items` is of type string, not an array/],
    [{ items: () => [] }, null, /the body is null/],
    [{ items: ["a", "b"] }, { error: "x" }, /has none of the fields a, next; it has \["error"\]/],
    [{ next: { from: { header: "x-next" }, to: "page" } }, { error: "x" }, /none of the fields data;/],
    [
      { total: { body: ["meta", "size"], counts: "items" }, hasMore: "more" },
      { error: "x" },
      /has none of the fields data, next, more, meta/,
    ],
  ])("%o does not fit every body", (strategy, body, message) => {
    expect(() => open(strategy, body)).toThrow(APIResponseValidationError);
    expect(() => open(strategy, body)).toThrow(message);
  });

  test("the error of a list with a JSON body names it as a POST", () => {
    const { SyncPage } = definePages({ next });
    const request = { path: "/search", query: {}, json: { q: "x" } };
    const open = () => openFirst(SyncPage<number>, { answer: () => [], request });
    expect(open).toThrow(/^POST memory:\/list returned 200 with a body that is not a list/);
    expect(open).toThrow(expect.objectContaining({ request: { method: "POST", url: "memory:/list" } }));
  });

  test("a path that is not there is an empty page, which is not complete", () => {
    const walk = open({ items: ["a", "b"] }, { a: {} }).items({ onIncomplete: "stop" });
    expect([...walk]).toEqual([]);
    expect(walk.outcome).toMatchObject({ complete: false, incompleteBecause: "noItems" });
  });

  test("an inherited member is not a field of the body", () => {
    expect(open({ items: ["constructor", "name"] }, { constructor: {} }).data).toEqual([]);
    expect(open({ items: "toString" }, { toString: [1] }).data).toEqual([1]);
  });

  test("the body may be an array whose page points on by a header", () => {
    expect(JSON.stringify(open({ items: [] }, [1, 2]))).toBe("[1,2]");
    expect({ ...open({ items: [] }, [1, 2]) }).toEqual({ data: [1, 2], next: null });
  });
});

describe("fields with the name of a member", () => {
  test.each(["response", "items", "request", "toJSON", "strategy", "constructor", "__proto__"])(
    "%s hide nothing and break nothing",
    (name) => {
      const { SyncPage } = definePages({ next, fields: [name], cursors: ["page"] });
      const body = JSON.parse(`{ "data": [1, 2], "next": null }`);
      const page = openBody(SyncPage<number>, { ...body, ...JSON.parse(`{ "${name}": "x" }`) });
      expect(page.toArray()).toEqual([1, 2]);
      expect(page.response.status).toBe(200);
      expect(Object.getPrototypeOf(page)).toBe(SyncPage.prototype);
    },
  );
});

describe("cursors", () => {
  const open = (strategy: Partial<PaginationStrategy>, body: object) =>
    openBody(definePages({ next, ...strategy }).SyncPage<{ id: unknown }>, { data: [], ...body });

  test("that are numbers are sent as numbers; 0 is one, and false is not", () => {
    expect(open({}, { next: 0 }).nextPageInfo()).toEqual({ params: { page: 0 } });
    expect(() => open({}, { next: false })).toThrow(/`next` is of type boolean/);
  });

  test("that read like a boolean are text", () => {
    expect(open({}, { next: "false" }).nextPageInfo()).toEqual({ params: { page: "false" } });
  });

  test('that are empty end a list, or are valid with emptyCursor: "valid"', () => {
    expect(open({}, { next: "" }).nextPageInfo()).toBeNull();
    expect(open({ emptyCursor: "valid" }, { next: "" }).nextPageInfo()).toEqual({ params: { page: "" } });
    expect(open({ emptyCursor: "valid" }, { next: null }).nextPageInfo()).toBeNull();
  });

  test("come from the last item, too, and must not have lost digits", () => {
    const strategy = { next: { from: { lastItem: "id" }, to: "after" } } as const;
    expect(open(strategy, { data: [{ id: "a" }, { id: "b" }] }).nextPageInfo()).toEqual({
      params: { after: "b" },
    });
    expect(open(strategy, {}).nextPageInfo()).toBeNull();
    expect(() => open(strategy, { data: [{ id: 2 ** 60 }] })).toThrow(/`id` is of type number, not text/);
  });

  test("that are links must be text", () => {
    const strategy = { next: { from: { body: "next" }, to: "url" }, cursors: ["page"] } as const;
    expect(open(strategy, { next: "/x?page=2" }).nextPageInfo()).toEqual({ url: "/x?page=2" });
    expect(() => open(strategy, { next: 5 })).toThrow(/`next` is 5, not a link/);
  });

  test("from a header that is absent end the list", () => {
    const strategy = { next: { from: { header: "x-next" }, to: { header: "x-cursor" } } } as const;
    expect(open(strategy, {}).nextPageInfo()).toBeNull();
  });
});

describe("hasPreviousPage()", () => {
  const previous = { from: { body: "prev" }, to: "page" } as const;
  const open = (strategy: Partial<PaginationStrategy>, body: object) =>
    openBody(definePages({ next, ...strategy }).SyncPage, { data: [], ...body });

  test("is null where the API has no way back, or the body says nothing", () => {
    expect(open({}, {}).hasPreviousPage()).toBeNull();
    expect(open({ previous }, {}).hasPreviousPage()).toBeNull();
    expect(open({ previous, cursorMeans: "position" }, { prev: "x" }).hasPreviousPage()).toBeNull();
  });

  test("is true or false as the body says, for a function as well", () => {
    expect(open({ previous }, { prev: "x" }).hasPreviousPage()).toBe(true);
    expect(open({ previous }, { prev: null }).hasPreviousPage()).toBe(false);
    const cursors = ["page"];
    const asFunction = (page: number | null) => () => (page === null ? null : { params: { page } });
    expect(open({ previous: asFunction(1), cursors }, {}).hasPreviousPage()).toBe(true);
    expect(open({ previous: asFunction(null), cursors }, {}).hasPreviousPage()).toBe(false);
  });
});

describe("writeRequest()", () => {
  test("writes the URL, the headers and the body, and leaves out what is undefined or null", () => {
    expect(writeRequest({ path: "/x", query: { before_id: undefined, after_id: null, q: "a b" } })).toEqual({
      method: "GET",
      url: "/x?q=a%20b",
      headers: {},
      body: null,
    });
    expect(
      writeRequest({ base: "https://h", path: "/x", query: {}, json: { a: 1 }, headers: { "x-c": "1" } }),
    ).toEqual({
      method: "POST",
      url: "https://h/x",
      headers: { "content-type": "application/json", "x-c": "1" },
      body: '{"a":1}',
    });
  });

  test("writes every page of a list that a strategy turns", () => {
    const { SyncPage } = definePages({ next: { from: { body: "next" }, to: { json: "token" } } });
    const urls: (string | null)[] = [];
    const list = new SyncPaginator(SyncPage<number>, {
      request: { path: "/search", query: {}, json: { q: "x" } },
      fetch: (request) => {
        urls.push(writeRequest(request).body);
        const next = urls.length < 3 ? `t${urls.length}` : null;
        return {
          body: { data: [urls.length], next },
          response: openFirst(SyncPage, { answer: () => ({}) }).response,
        };
      },
    });
    expect(list.toArray()).toEqual([1, 2, 3]);
    expect(urls).toEqual(['{"q":"x"}', '{"q":"x","token":"t1"}', '{"q":"x","token":"t2"}']);
  });
});
