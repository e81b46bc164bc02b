import { setImmediate as nextTurn } from "node:timers/promises";
import { APIResponseValidationError, ConfigurationError } from "pageturn";
import {
  AsyncPage,
  AsyncPaginator,
  type BasePage,
  PaginationCycleError,
  PaginationError,
  type SyncListSource,
  SyncPage,
  SyncPaginator,
  SyncTokenPage,
  type WalkOptions,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { idBody, settle } from "../lists/held-list.ts";
import type { Item } from "../lists/model-list.ts";
import { openFirst, scripted } from "../lists/scripted-list.ts";

describe("onCycle", () => {
  /** Two pages that lead to one another for ever. */
  const cycle = () => scripted({ answer: (_, number) => idBody([number % 2 === 0 ? "a" : "b"]) });
  const walkOf = (source: SyncListSource, options: WalkOptions<Item>) =>
    new SyncPaginator(SyncPage<Item>, source).firstPage().items(options);

  test('"throw" is the default, and hands out everything before', () => {
    const { sync, requests } = cycle();
    const walk = walkOf(sync, {});
    expect([walk.next().value, walk.next().value, walk.next().value]).toEqual([
      { id: "a" },
      { id: "b" },
      { id: "a" },
    ]);
    expect(() => walk.next()).toThrow(PaginationCycleError);
    expect(() => walk.next()).toThrow(expect.objectContaining({ checkpoint: walk.checkpoint }));
    expect(walk.outcome).toMatchObject({ reason: "cycle", complete: false, items: 3 });
    expect(requests).toHaveLength(3);
  });

  test('"stop" ends the walk, but does not call it complete', () => {
    const walk = walkOf(cycle().sync, { onCycle: "stop" });
    expect([...walk]).toHaveLength(3);
    expect(walk.outcome).toMatchObject({ reason: "cycle", complete: false });
  });

  test('"allow" goes round as long as it is wanted', () => {
    expect([...walkOf(cycle().sync, { onCycle: "allow", maxItems: 500 })]).toHaveLength(500);
  });
});

describe("empty pages", () => {
  const endless = { answer: (_: unknown, number: number) => ({ data: [], next_page: `t${number}` }) };

  test("that point on for ever end in an error after maxEmptyPages of them", () => {
    const page = openFirst(SyncTokenPage, endless);
    const walk = page.items({ maxEmptyPages: 3 });
    expect(() => walk.next()).toThrow(/the server sent 3 pages in a row without new items.*maxEmptyPages/);
    expect(() => walk.next()).toThrow(PaginationError);
    expect(walk.outcome).toMatchObject({ reason: "error", complete: false, pages: 3 });
    expect(() => page.toArray()).toThrow(/1000 pages in a row without new items/);
    expect(() => page.toArray({ maxEmptyPages: 0 })).toThrow(/1 pages in a row without new items/);
  });

  test("are counted anew behind a page with items", () => {
    const answer = (_: unknown, number: number) =>
      number < 20 ? { data: number % 4 === 0 ? [number] : [], next_page: `t${number}` } : { data: [] };
    expect(openFirst(SyncTokenPage, { answer }).toArray({ maxEmptyPages: 4 })).toEqual([0, 4, 8, 12, 16]);
  });

  test('end the walk with emptyPages: "stop", which is not complete', () => {
    const walk = openFirst(SyncTokenPage, endless).items({ emptyPages: "stop" });
    expect([...walk]).toEqual([]);
    expect(walk.outcome).toMatchObject({
      reason: "exhausted",
      complete: false,
      incompleteBecause: "emptyPageStop",
      pages: 1,
    });
  });

  test("follow the client's default, for hasNextPage() too", () => {
    const page = openFirst(SyncTokenPage, { ...endless, walk: { emptyPages: "stop" } });
    expect(page.hasNextPage()).toBe(false);
    expect(page.toArray()).toEqual([]);
  });
});

describe("pages with the items of the page before", () => {
  const stuck = {
    answer: (_: unknown, number: number) => ({ data: [{ id: "a" }], next_page: `t${number}` }),
  };

  test("count as empty ones: a server that points on for ever without moving is noticed", () => {
    const walk = openFirst(SyncTokenPage, stuck).items({ maxEmptyPages: 3 });
    expect([1, 2, 3, 4].map(() => walk.next().value)).toEqual([1, 2, 3, 4].map(() => ({ id: "a" })));
    expect(() => walk.next()).toThrow(/the server sent 3 pages in a row without new items.*maxEmptyPages/);
    expect(walk.outcome).toMatchObject({ reason: "error", complete: false, items: 4 });
  });

  test("are counted anew behind a page that brought something new", () => {
    const answer = (_: unknown, number: number) => ({
      data: [Math.floor(number / 3)],
      next_page: number < 30 ? `t${number}` : null,
    });
    expect(openFirst(SyncTokenPage, { answer }).toArray({ maxEmptyPages: 3 })).toHaveLength(31);
  });
});

test('a page that claims more without saying where ends the walk with onIncomplete: "stop", which is not complete', () => {
  const page = openFirst(SyncPage, { answer: () => ({ data: [1], has_more: true }) });
  const walk = page.items({ onIncomplete: "stop" });
  expect([...walk]).toEqual([1]);
  expect(walk.outcome).toMatchObject({
    reason: "exhausted",
    complete: false,
    incompleteBecause: "moreAnnounced",
  });
});

describe("a page without a place for items", () => {
  const bodies = [{}, { notes: [], has_more: false }];

  test.each(bodies)('is empty with onIncomplete: "stop", and the walk is not complete: %j', (body) => {
    const walk = openFirst(SyncPage, { answer: () => body }).items({ onIncomplete: "stop" });
    expect([...walk]).toEqual([]);
    expect(walk.outcome).toMatchObject({
      reason: "exhausted",
      complete: false,
      incompleteBecause: "noItems",
      pages: 1,
    });
  });

  test("and with a list under another key is an error that names it: the items are there", () => {
    const open = () => openFirst(SyncPage, { answer: () => ({ notes: [{ id: 1 }], has_more: false }) });
    expect(open).toThrow(APIResponseValidationError);
    expect(open).toThrow(
      /it has no `data`, but a list under `notes`\. State where the items are with `items`/,
    );
  });

  test("and without any field of a list is an error: it is some other answer", () => {
    expect(() => openFirst(SyncPage, { answer: () => ({ error: { message: "no" } }) })).toThrow(
      APIResponseValidationError,
    );
  });

  test("in the middle is remembered, to the end and when the walk is left there", () => {
    const answer = (_: unknown, number: number) =>
      [{ data: [1], next_page: "b" }, { next_page: "c" }, { data: [2] }][number];
    const walk = openFirst(SyncTokenPage, { answer }).items({ onIncomplete: "stop" });
    expect([...walk]).toEqual([1, 2]);
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: false });
    const left = openFirst(SyncTokenPage, { answer }).items({ onIncomplete: "stop" });
    left.next();
    left.next();
    left.return();
    expect(left.outcome).toMatchObject({ reason: "returned", complete: false, items: 2 });
  });

  test("is another matter than one that says it has none", () => {
    const walk = openFirst(SyncPage, { answer: () => ({ data: null, has_more: false }) }).items();
    expect([...walk]).toEqual([]);
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
  });
});

describe("bounds of nothing", () => {
  test.each([{ maxItems: 0 }, { maxPages: 0 }])("ask for nothing: %o", async (options) => {
    const { async, requests } = scripted({ answer: () => idBody(["a"]) });
    const walk = new AsyncPaginator<Item, AsyncPage<Item>>(AsyncPage, async).items(options);
    expect(await walk.next()).toEqual({ done: true, value: undefined });
    const [reason] = Object.keys(options);
    expect(walk.outcome).toEqual({
      reason,
      complete: false,
      incompleteBecause: null,
      pages: 0,
      items: 0,
      duplicates: 0,
      pageSizeReductions: 0,
    });
    expect(requests).toEqual([]);
  });
});

describe("onPage", () => {
  test("is called with each page and how far the walk has come", () => {
    const { sync } = scripted({ answer: (_, number) => idBody([`i${number}`, `j${number}`], number < 2) });
    const seen: unknown[] = [];
    const walk = new SyncPaginator(SyncPage<Item>, sync).firstPage().items({
      onPage: (page, { elapsedMs, ...progress }) => {
        expect(elapsedMs).toBeGreaterThanOrEqual(0);
        seen.push([page.data.length, progress]);
      },
    });
    expect([...walk]).toHaveLength(6);
    // That of the page which was there counts, too: so the numbers are those of an async list.
    expect(seen).toEqual([
      [2, { pages: 1, items: 2, requests: 1, pageSizeReductions: 0 }],
      [2, { pages: 2, items: 4, requests: 2, pageSizeReductions: 0 }],
      [2, { pages: 3, items: 6, requests: 3, pageSizeReductions: 0 }],
    ]);
  });

  test("that throws loses nothing: the next call goes on with the page", () => {
    const { sync } = scripted({ answer: () => idBody(["a", "b"], false) });
    const onPage = () => {
      throw new Error("progress bar");
    };
    const walk = new SyncPaginator(SyncPage<Item>, sync).firstPage().items({ onPage });
    expect(() => walk.next()).toThrow(
      expect.objectContaining({ message: "progress bar", checkpoint: walk.checkpoint }),
    );
    expect([...walk]).toHaveLength(2);
  });

  test("that throws leaves a walk that can still be left, even where the end of the list is known", async () => {
    const { async } = scripted({ answer: (_, number) => idBody([`i${number}`], number < 2) });
    let pages = 0;
    const onPage = () => {
      pages += 1;
      if (pages === 2) throw new Error("progress bar");
    };
    const list = new AsyncPaginator<Item, AsyncPage<Item>>(AsyncPage, async);
    const walk = list.items({ onPage, prefetch: 5 });
    await walk.next();
    await settle();
    await expect(walk.next()).rejects.toThrow("progress bar");
    await walk.return();
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false, items: 1 });
    expect(await walk.next()).toEqual({ done: true, value: undefined });
  });

  test("is awaited by an async walk, and may reject: nothing is lost, either", async () => {
    const { async } = scripted({ answer: (_, number) => idBody([`i${number}`], number < 1) });
    const told: string[] = [];
    const onPage = async (page: BasePage<Item>) => {
      await Promise.resolve();
      told.push(`page ${page.data[0]?.id}`);
      if (told.length === 3) throw new Error("disk full");
    };
    const walk = new AsyncPaginator<Item, AsyncPage<Item>>(AsyncPage, async).items({ onPage });
    told.push(`item ${(await walk.next()).value?.id}`);
    await expect(walk.next()).rejects.toThrow(
      expect.objectContaining({ message: "disk full", checkpoint: walk.checkpoint }),
    );
    told.push(`item ${(await walk.next()).value?.id}`);
    expect(told).toEqual(["page i0", "item i0", "page i1", "item i1"]);
  });

  test("is refused by a sync walk if it returns a promise, whose rejection is handled", async () => {
    const { sync } = scripted({ answer: () => idBody(["a", "b"], false) });
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    const list = new SyncPaginator<Item, SyncPage<Item>>(SyncPage, sync);
    const failing = list.items({ onPage: async () => Promise.reject(new Error("disk full")) });
    expect(() => failing.next()).toThrow(ConfigurationError);
    expect(() => list.toArray({ onPage: async () => undefined })).toThrow(
      "as its onPage is asynchronous: use a synchronous function or an async client",
    );
    // The runtime reports a rejection before the next turn of the loop.
    await nextTurn();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    expect([...failing]).toHaveLength(2);
  });
});

describe("a function of an item that returns a promise is refused, and its rejection is handled", () => {
  const promise = (): never => Promise.reject(new Error("late")) as never;

  test.each(["distinctBy", "while", "until"] as const)("%s", async (name) => {
    const { sync, async } = scripted({ answer: () => idBody(["a", "b", "c"], false) });
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    const message = `Cannot use the option ${name} as it must return`;
    // The cast: what JavaScript may return.
    const options = { [name]: promise } as WalkOptions<Item>;
    const walk = new SyncPaginator<Item, SyncPage<Item>>(SyncPage, sync).items(options);
    expect(() => walk.next()).toThrow(message);
    expect(() => walk.next()).toThrow(ConfigurationError);
    const list = new AsyncPaginator<Item, AsyncPage<Item>>(AsyncPage, async);
    await expect(list.toArray(options)).rejects.toThrow(message);
    await nextTurn();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
});

test("a walk by pages counts the items on the pages it handed out", () => {
  const { sync } = scripted({ answer: (_, number) => idBody([`i${number}`, `j${number}`], number < 2) });
  const walk = new SyncPaginator(SyncPage<Item>, sync).firstPage().iterPages({ maxItems: 3 });
  expect([...walk].map(({ data }) => data.length)).toEqual([2, 2]);
  expect(walk.outcome).toEqual({
    reason: "maxItems",
    complete: false,
    incompleteBecause: null,
    pages: 2,
    items: 4,
    duplicates: 0,
    pageSizeReductions: 0,
  });
});
