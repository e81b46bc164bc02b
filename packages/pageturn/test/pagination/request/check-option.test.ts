import { ConfigurationError } from "pageturn";
import { definePages, flatMap, flatMapSync, SyncPaginator, SyncTokenPage } from "pageturn/pagination";
import { expect, test } from "vitest";
import { wholeNumber } from "../../../src/pagination/request/check-option.ts";
import { response } from "../lists/memory-list.ts";
import { numberList } from "../lists/number-list.ts";

test("a whole number is taken from its least to its most", () => {
  expect(wholeNumber("timeout", 0, { most: 5 })).toBe(0);
  expect(wholeNumber("timeout", 5, { most: 5 })).toBe(5);
});

test("one beyond is refused with both bounds, or with the only one there is", () => {
  expect(() => wholeNumber("timeout", 6, { most: 5 })).toThrow(ConfigurationError);
  expect(() => wholeNumber("timeout", 6, { most: 5 })).toThrow(
    /a whole number of at least 0 and at most 5: .* 6 \(number\)$/,
  );
  expect(() => wholeNumber("maxRetries", -1)).toThrow(/a whole number of at least 0: .* -1 \(number\)$/);
});

test("a value that is missing is said to be missing", () => {
  // The cast: what a program without types would pass.
  expect(() => wholeNumber("timeout", undefined as never)).toThrow(
    "Cannot use the option timeout as it must be a whole number of at least 0: it is missing",
  );
});

test("options that are no object are refused by every walk and list, and null counts as none", () => {
  const page = { data: [1], next_page: null };
  const list = () =>
    new SyncPaginator(SyncTokenPage<number>, {
      request: { path: "/x", query: {} },
      fetch: () => ({ body: page, response }),
    });
  for (const wrong of [5, "maxItems", new Map([["maxItems", 1]]), [1], () => 1] as never[]) {
    expect(() => list().toArray(wrong)).toThrow(ConfigurationError);
    expect(() => list().items(wrong)).toThrow(
      /the walk options: a plain object of names and values is needed/,
    );
    expect(() => flatMapSync(list(), () => list(), wrong)).toThrow(/the flatMapSync options/);
    expect(() => flatMap(numberList(), () => numberList(), wrong)).toThrow(/the flatMap options/);
  }
  const none = null as never;
  expect(list().toArray(none)).toEqual([1]);
  expect([...flatMapSync(list(), () => list(), none)]).toEqual([1]);
  expect(() => flatMap(numberList(), () => numberList(), none)).not.toThrow();
  expect(() => flatMap(numberList(), () => numberList(), { prefetch: none })).not.toThrow();
});

test.each([5, {}, [1], null, true])("a place of items that is none is refused: %j", (items) => {
  // The casts: what a program without types would pass.
  const strategy = { next: { from: { body: "next" }, to: "page" }, items: items as never };
  expect(() => definePages(strategy)).toThrow(/option strategy\.items as it must be a key, an array of keys/);
  const source = {
    request: { path: "/x", query: {} },
    fetch: () => ({ body: {}, response }),
    items: items as never,
  };
  expect(() => new SyncPaginator(SyncTokenPage, source)).toThrow(/option items as it must be a key/);
});

test("the query of a request must be a plain object", () => {
  const request = { path: "/x", query: new Map([["limit", 1]]) as never };
  const make = () => new SyncPaginator(SyncTokenPage, { request, fetch: () => ({ body: {}, response }) });
  expect(make).toThrow(/the query of the request: a plain object .* of type Map/);
});

test("a value that has no text is refused like any other", () => {
  for (const value of [Object.create(null), [], Symbol("x"), null, () => 1])
    expect(() => wholeNumber("timeout", value)).toThrow(ConfigurationError);
  expect(() => wholeNumber("timeout", Object.create(null))).toThrow(/current value is \[object Object\]/);
});
