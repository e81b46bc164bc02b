import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AsyncPage, AsyncPaginator, type PageRequest, SyncPage, SyncPaginator } from "pageturn/pagination";
import { expect, test } from "vitest";
import { response } from "../lists/memory-list.ts";

const PAGES = 6;
/** A list keeps its first page, for those who await it. */
const ALIVE = [0, 1, 1, 1, 1, 1];
const FIRST = { path: "/v1/items", query: {} };

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** Pages of ten items. Notes the item in the middle of each page, without keeping it. */
class Pages {
  readonly middles: WeakRef<object>[] = [];
  /** How many pages were still in memory when each request was made. */
  readonly alive: number[] = [];

  fetch(request: PageRequest) {
    collectGarbage();
    this.alive.push(this.middles.filter((middle) => middle.deref() !== undefined).length);
    const number = this.middles.length;
    const data = Array.from({ length: 10 }, (_, at) => ({ id: `${request.query["after_id"] ?? ""}-${at}` }));
    this.middles.push(new WeakRef(data[5] ?? {}));
    return {
      body: { data, has_more: number + 1 < PAGES, first_id: null, last_id: data.at(-1)?.id },
      response,
    };
  }
}

test("a page that is used up is not in memory any more while the next one is fetched: async", async () => {
  const pages = new Pages();
  const fetch = async (request: PageRequest) => {
    // A weak reference holds its object until the end of the turn in which it was made or read.
    await new Promise((resolve) => setTimeout(resolve, 1));
    return pages.fetch(request);
  };
  const walk = new AsyncPaginator(AsyncPage<{ id: string }>, { request: FIRST, fetch }).items();
  let count = 0;
  for await (const _ of walk) count += 1;
  expect(count).toBe(10 * PAGES);
  expect(pages.alive).toEqual(ALIVE);
});

test("a page that is used up is not in memory any more while the next one is fetched: sync", async () => {
  const pages = new Pages();
  const fetch = (request: PageRequest) => pages.fetch(request);
  const walk = new SyncPaginator(SyncPage<{ id: string }>, { request: FIRST, fetch }).items();
  let count = 0;
  for (let next = walk.next(); next.done !== true; next = walk.next()) {
    count += 1;
    if (count % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(count).toBe(10 * PAGES);
  expect(pages.alive).toEqual(ALIVE);
});

for (const prefetch of [0, 1])
  for (const query of [{}, { before_id: "i6" }])
    for (const unit of ["items", "pages"] as const)
      test(`leaving a walk does not move its checkpoint: ${JSON.stringify({ prefetch, query, unit })}`, async () => {
        const ids = Array.from({ length: 9 }, (_, at) => `i${at}`);
        const answer = ({ query: { after_id: after, before_id: before } }: PageRequest) => {
          const end = before === undefined ? ids.length : ids.indexOf(String(before));
          const start = before === undefined ? ids.indexOf(String(after)) + 1 : Math.max(0, end - 2);
          const data = ids.slice(start, before === undefined ? start + 2 : end).map((id) => ({ id }));
          const has_more = before === undefined ? start + 2 < ids.length : start > 0;
          const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
          return { body: { data, has_more, ...ends }, response };
        };
        const request = { path: "/v1/items", query };
        const list = new AsyncPaginator(AsyncPage<{ id: string }>, {
          request,
          fetch: async (asked) => answer(asked),
        });
        const sync = new SyncPaginator(SyncPage<{ id: string }>, { request, fetch: answer });
        const walk = unit === "items" ? list.items({ prefetch }) : list.pages({ prefetch });
        const syncWalk = unit === "items" ? sync.items({ prefetch }) : sync.iterPages({ prefetch });
        for (let taken = 0; taken < 3; taken++) {
          await walk.next();
          syncWalk.next();
          // Time for the page ahead.
          await new Promise((resolve) => setTimeout(resolve, 1));
          const [before, syncBefore] = [walk.checkpoint, syncWalk.checkpoint];
          expect(syncBefore).toEqual(before);
          if (taken < 2) continue;
          await walk.return();
          syncWalk.return();
          expect(walk.checkpoint).toEqual(before);
          expect(syncWalk.checkpoint).toEqual(before);
          expect([await walk.next(), syncWalk.next()]).toEqual(
            Array(2).fill({ value: undefined, done: true }),
          );
          expect([walk.checkpoint, syncWalk.checkpoint]).toEqual([before, before]);
        }
      });

test("the checkpoint of a walk whose page was released is the start of the next page", async () => {
  for (const limit of [1, 2, 3]) {
    let failures = 0;
    const fetch = async (request: PageRequest) => {
      if (request.query["after_id"] === "9" && failures++ === 0) throw new Error("lost");
      const from = Number(request.query["after_id"] ?? -1) + 1;
      const data = Array.from({ length: 10 }, (_, at) => ({ id: String(from + at) }));
      return {
        body: { data, has_more: from < 20, first_id: String(from), last_id: String(from + 9) },
        response,
      };
    };
    const list = new AsyncPaginator(AsyncPage<{ id: string }>, { request: FIRST, fetch });
    const walk = list.items({ maxItems: 10 + limit });
    for (let at = 0; at < 10; at++) await walk.next();
    const before = walk.checkpoint;
    await expect(walk.next()).rejects.toThrow("lost");
    expect(walk.checkpoint).toEqual(before);
    expect(walk.outcome).toMatchObject({ reason: "error", items: 10, pages: 1, complete: false });
    const rest = await list.toArray({ resumeFrom: walk.checkpoint });
    expect(rest.map(({ id }) => Number(id))).toEqual(Array.from({ length: 20 }, (_, at) => at + 10));
    expect((await walk.next()).value).toEqual({ id: "10" });
  }
});
