import { inspect } from "node:util";
import { APIResponseValidationError } from "pageturn";
import {
  BasePage,
  BaseSyncPage,
  definePages,
  idStrategy,
  SyncBidirectionalPageCursor,
  SyncPage,
  SyncPageCursor,
  SyncTokenPage,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { openBody, openFirst } from "../lists/scripted-list.ts";

describe("the fields of a page", () => {
  test("keep their wire names, unknown ones included", () => {
    const body = { data: [{ id: "a" }], has_more: true, first_id: "a", last_id: "a", total: { exact: 7 } };
    const page = openBody(SyncPage<{ id: string }>, body);
    expect({ ...page }).toEqual(body);
    expect([page.data, page.has_more, page.first_id, page.last_id]).toEqual([[{ id: "a" }], true, "a", "a"]);
  });

  test("read as null where they are absent, and the items as []", () => {
    expect({ ...openBody(SyncPage, {}) }).toEqual({
      data: [],
      has_more: null,
      first_id: null,
      last_id: null,
    });
    expect({ ...openBody(SyncTokenPage, {}) }).toEqual({ data: [], has_more: null, next_page: null });
    expect({ ...openBody(SyncPageCursor, { data: null }) }).toEqual({
      data: [],
      has_more: null,
      next_page: null,
    });
    const empty = { data: [], has_more: null, next_page: null, prev_page: null };
    expect({ ...openBody(SyncBidirectionalPageCursor, {}) }).toEqual(empty);
  });

  test("that bear the name of a member of the class do not hide it", () => {
    const names = [
      "items",
      "toArray",
      "iterPages",
      "request",
      "response",
      "constructor",
      "toJSON",
      "hasOwnProperty",
    ];
    const body = {
      data: [{ id: "a" }],
      ...Object.fromEntries(names.map((name) => [name, `body's ${name}`])),
    };
    const page = openBody(SyncPage<{ id: string }>, body);
    expect(page.toArray()).toEqual([{ id: "a" }]);
    expect([...page.items()]).toEqual([{ id: "a" }]);
    expect([page.response.status, page.request.path]).toEqual([200, "/v1/list"]);
    expect(page.constructor).toBe(SyncPage);
    expect(page.toJSON()).toEqual(body);
    expect(Object.keys(page)).toEqual(["data", "has_more", "first_id", "last_id"]);
  });

  test("called __proto__ pollute nothing", () => {
    const page = openBody(SyncPage, JSON.parse('{ "data": [], "__proto__": { "polluted": true } }'));
    expect(Object.getPrototypeOf(page)).toBe(SyncPage.prototype);
    expect(Reflect.get(page, "polluted")).toBeUndefined();
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(JSON.stringify(page)).toBe('{"data":[],"__proto__":{"polluted":true}}');
  });

  test("called then do not make a promise of it", async () => {
    const page = openBody(SyncPage, JSON.parse('{ "data": [], "then": "later" }'));
    expect(await Promise.resolve(page)).toBe(page);
    expect(Reflect.get(page, "then")).toBe("later");
  });
});

describe("what a page shows of itself", () => {
  const page = openBody(SyncPage, { has_more: false, data: [{ id: "a" }], extra: [1] });

  test("JSON.stringify gives the wire body and nothing else", () => {
    expect(JSON.stringify(page)).toBe('{"has_more":false,"data":[{"id":"a"}],"extra":[1]}');
  });

  test("the response is there, but not enumerable", () => {
    expect(page.response).toMatchObject({ status: 200, requestId: null, url: "memory:/list", durationMs: 0 });
    expect(Object.keys(page)).not.toContain("response");
    expect(inspect(page)).not.toContain("memory:");
  });

  test("getPaginatedItems is the data", () => {
    expect(page.getPaginatedItems()).toBe(page.data);
  });
});

describe("items under another name", () => {
  test("stand under data, and under their own name", () => {
    const body = { chat_messages: [{ id: "m" }], data: "other" };
    const page = openFirst(SyncPage<{ id: string }>, { answer: () => body, items: "chat_messages" });
    expect(page.data).toEqual([{ id: "m" }]);
    expect(Reflect.get(page, "chat_messages")).toBe(page.data);
    expect(JSON.stringify(page)).toBe(JSON.stringify(body));
  });

  test("may be what the page class says", () => {
    const { SyncPage: RowsPage } = definePages({ ...idStrategy, items: "rows" });
    expect(openBody(RowsPage<number>, { rows: [1, 2] }).toArray()).toEqual([1, 2]);
  });
});

describe("a body that is no list is an APIResponseValidationError that says what it is", () => {
  test.each<[unknown, RegExp]>([
    [null, /the body is null/],
    [[], /the body is an array/],
    ["text", /the body is of type string/],
    [7, /the body is of type number/],
    [undefined, /the body is of type undefined/],
    [{ data: { id: "a" } }, /`data` is of type object, not an array/],
    [{ data: "a" }, /`data` is of type string/],
    [{ data: false }, /`data` is of type boolean/],
    [{ data: [], last_id: {} }, /`last_id` is of type object, not text, a safe integer or null/],
    [{ data: [], last_id: 2 ** 53 }, /`last_id` is of type number, not text, a safe integer or null/],
    [{ data: [], last_id: Number.POSITIVE_INFINITY }, /`last_id` is of type number/],
    [{ data: [], first_id: ["a"] }, /`first_id` is an array/],
    [{ data: [], first_id: true }, /`first_id` is of type boolean/],
  ])("%j", (body, message) => {
    expect(() => openBody(SyncPage, body)).toThrow(APIResponseValidationError);
    expect(() => openBody(SyncPage, body)).toThrow(message);
    expect(() => openBody(SyncPage, body)).toThrow(
      /^GET memory:\/list returned 200 with a body that is not a list: .*\. \w/,
    );
  });

  test("a cursor may be a number", () => {
    expect(openBody(SyncPageCursor, { next_page: 2 }).nextPageInfo()).toEqual({ params: { page: 2 } });
  });
});

test("a subclass that does not say how it pages cannot be made", () => {
  class Nameless extends BaseSyncPage<unknown> {}
  expect(() => openBody(Nameless, {})).toThrow(TypeError);
  expect(() => openBody(Nameless, {})).toThrow(/Cannot create a Nameless: make the class with definePages/);
});

test("every page is a BasePage", () => {
  expect(openBody(SyncPage, {})).toBeInstanceOf(BasePage);
  expect(openBody(SyncTokenPage, {})).toBeInstanceOf(BaseSyncPage);
});
