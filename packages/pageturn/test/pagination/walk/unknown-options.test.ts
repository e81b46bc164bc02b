import { ConfigurationError } from "pageturn";
import { paginate } from "pageturn/paginate";
import {
  AsyncPage,
  AsyncPaginator,
  flatMap,
  flatMapSync,
  SyncPage,
  SyncPaginator,
  sliceByTime,
  splitAt,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { refuseUnknown } from "../../../src/pagination/request/check-option.ts";
import { response } from "../lists/memory-list.ts";

const request = { path: "/v1/list", query: {} };
const fetched = { body: { data: [], has_more: false }, response };
const sync = new SyncPaginator(SyncPage<object>, { request, fetch: () => fetched });
const async = new AsyncPaginator(AsyncPage<object>, { request, fetch: async () => fetched });

test("options that are null are left out, as those that are undefined, and others are refused", async () => {
  // The casts: what a program without types would pass.
  const range = () => async;
  const calls: ((options: never) => unknown)[] = [
    (options) => splitAt(async, [], options),
    (options) => paginate(async () => ({ items: [], next: null }), options),
  ];
  for (const call of calls) {
    expect(() => call(null as never)).not.toThrow(TypeError);
    for (const wrong of [5, "x", []]) expect(() => call(wrong as never)).toThrow(ConfigurationError);
  }
  for (const wrong of [null, 5, "x", []])
    expect(() => sliceByTime(range, wrong as never)).toThrow(ConfigurationError);
});

describe("an option that does not exist is refused by name, with the nearest known one", () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      "a sync walk",
      () => sync.items({ maxItem: 3 } as object),
      /walk option "maxItem" .*did you mean maxItems\?/,
    ],
    ["an async walk", () => async.pages({ prefech: 1 } as object), /"prefech" .*did you mean prefetch\?/],
    ["toArray", () => sync.toArray({ limit: 3 } as object), /"limit" .*known are maxItems, maxPages/],
    [
      "the defaults",
      () =>
        new SyncPaginator(SyncPage, { request, fetch: () => fetched, walk: { orders: 1 } as object }).items(),
      /"orders" .*did you mean order\?/,
    ],
    [
      "flatMap",
      () => flatMap(async, () => async, { concurency: 2 } as object),
      /flatMap option "concurency" .*concurrency/,
    ],
    ["flatMapSync", () => flatMapSync(sync, () => sync, { oncomplete: "stop" } as object), /onIncomplete/],
    [
      "splitAt",
      () => splitAt(async, [], { ordered: true } as object),
      /splitAt option "ordered" .*known are prefetch/,
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(message);
  });

  test("an undefined one too: the name is wrong all the same", () => {
    expect(() => sync.items({ maxItem: undefined } as object)).toThrow(/maxItem/);
  });
});

test("refuseUnknown() takes nothing for no options", () => {
  expect(() => refuseUnknown("walk", undefined, [])).not.toThrow();
  expect(() => refuseUnknown("walk", null, [])).not.toThrow();
  expect(() => refuseUnknown("walk", { abc: 1 }, [])).toThrow(/known are /);
});

test("distinctBy: null switches off the default of the list", () => {
  const list = new SyncPaginator(SyncPage<object>, {
    request,
    fetch: () => ({ body: { data: [{ id: "a" }, { id: "a" }], has_more: false }, response }),
    walk: { distinctBy: () => "same" },
  });
  expect(list.toArray()).toHaveLength(1);
  expect(list.toArray({ distinctBy: null })).toHaveLength(2);
});

test("a sync walk fetches one page ahead at most, and says so", () => {
  expect(() => sync.items({ prefetch: 2 })).toThrow(ConfigurationError);
  expect(() => sync.items({ prefetch: 2 })).toThrow(
    /prefetch: 2 in a sync walk.*Use prefetch: 1, or the asynchronous client/,
  );
});

test("a checkpoint after a null item can be resumed from", () => {
  const list = (data: readonly unknown[]) =>
    new SyncPaginator(SyncPage<unknown>, {
      request,
      fetch: () => ({ body: { data, has_more: false }, response }),
    });
  const items = [1, null, null, 2];
  for (let taken = 0; taken <= items.length; taken++) {
    const walk = list(items).items();
    for (let index = 0; index < taken; index++) walk.next();
    const resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
    expect(list(items).toArray({ resumeFrom })).toEqual(items.slice(taken));
  }
});
