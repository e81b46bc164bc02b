import { APIResponseValidationError, IncompleteListError } from "pageturn";
import {
  AsyncPage,
  AsyncPaginator,
  definePages,
  flatMap,
  flatMapSync,
  type PageRequest,
  SyncPage,
  SyncPaginator,
  splitAt,
  toReadable,
  toReadableStream,
  type WalkOptions,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { response as plainResponse } from "../lists/memory-list.ts";

interface Item {
  readonly id: string;
}

const response = { ...plainResponse, requestId: "req_1" };
const request: PageRequest = { path: "/v1/list", query: {} };
const endless = { data: [{ id: "a" }, { id: "b" }], has_more: true, first_id: "a", last_id: null };

/** Lists whose pages are these bodies. */
function lists(bodies: readonly unknown[], walk?: WalkOptions) {
  const answerOf = ({ query }: PageRequest) => ({
    body: bodies[Number(String(query["after_id"] ?? "p0").slice(1))] ?? bodies[0],
    response,
  });
  return {
    sync: () => new SyncPaginator<Item, SyncPage<Item>>(SyncPage, { request, walk, fetch: answerOf }),
    async: () =>
      new AsyncPaginator<Item, AsyncPage<Item>>(AsyncPage, {
        request,
        walk,
        fetch: async (asked) => answerOf(asked),
      }),
  };
}

const incomplete = expect.objectContaining({
  name: "IncompleteListError",
  message: expect.stringContaining("/v1/list is incomplete: the server says that there is more"),
  requestId: "req_1",
  checkpoint: expect.objectContaining({ v: 2 }),
});

describe("a list that announces more and gives no way there does not look complete", () => {
  const { sync, async } = lists([endless]);

  test("in a plain loop: every item, then an IncompleteListError with the checkpoint", async () => {
    const seen: string[] = [];
    expect(() => {
      for (const { id } of sync()) seen.push(id);
    }).toThrow(incomplete);
    expect(seen).toEqual(["a", "b"]);
    const loop = async () => {
      for await (const { id } of async()) seen.push(id);
    };
    await expect(loop()).rejects.toThrow(incomplete);
    expect(seen).toEqual(["a", "b", "a", "b"]);
  });

  test("in toArray(), of a list and of a page", async () => {
    expect(() => sync().toArray()).toThrow(IncompleteListError);
    expect(() => sync().firstPage().toArray()).toThrow(IncompleteListError);
    await expect(async().toArray()).rejects.toThrow(IncompleteListError);
    await expect((await async()).toArray()).rejects.toThrow(IncompleteListError);
  });

  test("in a walk by pages, and with prefetch", async () => {
    expect(() => [...sync().pages()]).toThrow(IncompleteListError);
    expect(() => sync().toArray({ prefetch: 1 })).toThrow(IncompleteListError);
    await expect(async().toArray({ prefetch: 3 })).rejects.toThrow(IncompleteListError);
  });

  test("in streams", async () => {
    const read = async () => {
      for await (const _ of toReadable(async().items()));
    };
    await expect(read()).rejects.toThrow(IncompleteListError);
    await expect(toReadableStream(async().items()).pipeTo(new WritableStream())).rejects.toThrow(
      IncompleteListError,
    );
  });

  test("in flatMap, for the outer list and for an inner one", async () => {
    const whole = lists([{ data: [{ id: "x" }], has_more: false }]);
    expect(() => [...flatMapSync(sync().firstPage(), () => whole.sync())]).toThrow(IncompleteListError);
    expect(() => [...flatMapSync(whole.sync(), () => sync())]).toThrow(IncompleteListError);
    const outer = flatMap(async(), () => whole.async());
    const inner = flatMap(whole.async(), () => async(), { onIncomplete: "throw" });
    for (const walk of [outer, inner]) {
      const loop = async () => {
        for await (const _ of walk);
      };
      await expect(loop()).rejects.toThrow(IncompleteListError);
    }
    const stopped = flatMap(whole.async(), () => async(), { onIncomplete: "stop" });
    const seen: string[] = [];
    for await (const { id } of stopped) seen.push(id);
    expect(seen).toEqual(["a", "b"]);
    expect(stopped.outcome).toMatchObject({ complete: false, incompleteBecause: "moreAnnounced" });
    const stoppedSync = flatMapSync(sync(), () => whole.sync(), { onIncomplete: "stop" });
    expect([...stoppedSync]).toHaveLength(2);
    expect(stoppedSync.outcome).toMatchObject({ complete: false, incompleteBecause: "moreAnnounced" });
  });

  test("in segments", async () => {
    const loop = async (onIncomplete?: "stop") => {
      const walk = splitAt(async(), [], { onIncomplete });
      for await (const _ of walk);
      return walk.outcome;
    };
    await expect(loop()).rejects.toThrow(IncompleteListError);
    expect(await loop("stop")).toMatchObject({ complete: false, incompleteBecause: "moreAnnounced" });
  });

  test("after an empty page of null items, too", () => {
    const body = { data: null, has_more: true, last_id: null };
    expect(() => lists([body]).sync().toArray()).toThrow(IncompleteListError);
  });

  test("the walk can be continued: the same end is found again", () => {
    const walk = sync().items();
    for (let index = 0; index < 2; index++) walk.next();
    expect(() => walk.next()).toThrow(IncompleteListError);
    expect(() => walk.next()).toThrow(IncompleteListError);
    expect(walk.outcome).toMatchObject({ reason: "error", incompleteBecause: "moreAnnounced", items: 2 });
  });

  test('onIncomplete: "stop" ends without an error, and the outcome says why', async () => {
    const walk = sync().items({ onIncomplete: "stop" });
    expect([...walk]).toHaveLength(2);
    expect(walk.outcome).toMatchObject({
      reason: "exhausted",
      complete: false,
      incompleteBecause: "moreAnnounced",
    });
    const byDefault = lists([endless], { onIncomplete: "stop" });
    expect(byDefault.sync().toArray()).toHaveLength(2);
    expect(await byDefault.async().toArray()).toHaveLength(2);
  });

  test("a bound or a break ends without an error: the caller knows that there is more", () => {
    expect(sync().toArray({ maxItems: 2 })).toHaveLength(2);
    expect([...sync().pages({ maxPages: 1 })]).toHaveLength(1);
    const walk = sync().items();
    for (const { id } of walk) if (id === "b") break;
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false });
  });
});

describe("an explicit has_more: false", () => {
  test("ends a list without an error beside a cursor, and the outcome says why it is not complete", () => {
    const { SyncPage: TokenPage } = definePages({
      next: { from: { body: "next" }, to: "page" },
      hasMore: "has_more",
    });
    const fetch = () => ({ body: { data: [1], has_more: false, next: "t2" }, response });
    const walk = new SyncPaginator(TokenPage<number>, { request, fetch }).items();
    expect([...walk]).toEqual([1]);
    expect(walk.outcome).toMatchObject({
      reason: "exhausted",
      complete: false,
      incompleteBecause: "cursorAfterEnd",
    });
  });

  test.each(["false", 0])("may be written as %j", (has_more) => {
    const walk = lists([{ data: [{ id: "a" }], has_more, last_id: "a" }])
      .sync()
      .items();
    expect([...walk]).toEqual([{ id: "a" }]);
    expect(walk.outcome).toMatchObject({ complete: true });
  });

  test.each(["true", 1])("and true as %j", (has_more) => {
    const page = lists([{ data: [{ id: "a" }], has_more, last_id: "a" }])
      .sync()
      .firstPage();
    expect(page.has_more).toBe(true);
    expect(page.hasNextPage()).toBe(true);
  });

  test.each<[unknown, string]>([
    ["no", '"no"'],
    ["", '""'],
    [2, "2"],
    [{}, "{}"],
    [[], "\\[\\]"],
  ])("any other value is an error that names field and value: %j", (has_more, shown) => {
    const read = () =>
      lists([{ data: [], has_more }])
        .sync()
        .firstPage();
    expect(read).toThrow(APIResponseValidationError);
    expect(read).toThrow(new RegExp(`\`has_more\` is ${shown}, not true, false or null`));
  });
});

describe("a declared total", () => {
  const totalLists = (bodies: readonly object[], counts: "items" | "pages" = "items") => {
    const { SyncPage, AsyncPage } = definePages({
      next: { from: { body: "next" }, to: "page" },
      total: { body: ["meta", "total"], counts },
    });
    const answer = ({ query }: PageRequest) => ({ body: bodies[Number(query["page"] ?? 0)], response });
    return {
      sync: new SyncPaginator(SyncPage<number>, { request, fetch: answer }),
      async: new AsyncPaginator(AsyncPage<number>, { request, fetch: async (asked) => answer(asked) }),
    };
  };
  const body = (data: readonly number[], total: unknown, next?: number) => ({ data, meta: { total }, next });

  test("that is reached is complete", async () => {
    const { sync, async } = totalLists([body([1, 2], 3, 1), body([3], "3")]);
    const walk = sync.items();
    expect([...walk]).toEqual([1, 2, 3]);
    expect(walk.outcome).toMatchObject({ complete: true });
    expect(await async.toArray()).toEqual([1, 2, 3]);
  });

  test("that is not reached is an IncompleteListError that names it", async () => {
    const { sync, async } = totalLists([body([1, 2], 4, 1), body([3], 4)]);
    expect(() => sync.toArray()).toThrow(/declares 4 items, and sent 3\. .*ask for less with a filter/);
    const incomplete = await async.toArray().catch((error: unknown) => error);
    expect(incomplete).toBeInstanceOf(IncompleteListError);
    expect(incomplete).toMatchObject({ because: "totalNotReached", requestId: "req_1" });
    const walk = sync.items({ onIncomplete: "stop" });
    expect([...walk]).toEqual([1, 2, 3]);
    expect(walk.outcome).toMatchObject({ complete: false, incompleteBecause: "totalNotReached" });
  });

  test("may be of pages", () => {
    expect(totalLists([body([1], 2, 1), body([2], 2)], "pages").sync.toArray()).toEqual([1, 2]);
    expect(() => totalLists([body([1], 3, 1), body([2], 3)], "pages").sync.toArray()).toThrow(
      /declares 3 pages/,
    );
  });

  test("that changes while the list is read counts with its smallest value", () => {
    expect(totalLists([body([1, 2], 3, 1), body([3], 5)]).sync.toArray()).toEqual([1, 2, 3]);
    expect(totalLists([body([1, 2], 5, 1), body([3], 3)]).sync.toArray()).toEqual([1, 2, 3]);
  });

  test("is not compared with a walk that began inside the list", () => {
    const { sync } = totalLists([body([1, 2], 4, 1), body([3], 4)]);
    const second = sync.firstPage().getNextPage();
    expect(second.toArray()).toEqual([3]);
  });

  test.each(["items", "pages"] as const)(
    "of %s is compared with a resumed walk: a retry does not turn a loss into success",
    (counts) => {
      const total = counts === "items" ? 4 : 3;
      const { sync } = totalLists([body([1, 2], total, 1), body([3], total)], counts);
      for (let taken = 0; taken <= 3; taken++) {
        const walk = sync.items();
        for (let index = 0; index < taken; index++) walk.next();
        const again = sync.items({ resumeFrom: walk.checkpoint });
        expect(() => [...again]).toThrow(IncompleteListError);
        const { checkpoint } = again;
        expect(() => sync.toArray({ resumeFrom: checkpoint })).toThrow(IncompleteListError);
      }
      const whole = totalLists([body([1, 2], 3, 1), body([3], 3)]).sync;
      const walk = whole.items();
      walk.next();
      const rest = whole.items({ resumeFrom: walk.checkpoint });
      expect([...rest]).toEqual([2, 3]);
      expect(rest.outcome).toMatchObject({ complete: true });
    },
  );

  test.each([undefined, null, "many", -1, 1.5, 2 ** 60])(
    "that is %j is an error: it was declared",
    (total) => {
      expect(() => totalLists([body([1], total)]).sync.toArray()).toThrow(
        /`meta\.total` is .*, not the size of the list/,
      );
    },
  );
});
