import * as fc from "fast-check";
import {
  AsyncPaginator,
  AsyncTokenPage,
  type Checkpoint,
  flatMap,
  flatMapSync,
  type PageRequest,
  SyncPaginator,
  SyncTokenPage,
  sliceByTime,
  splitAt,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { response } from "../lists/memory-list.ts";

interface Item {
  readonly id: string;
}

const request: PageRequest = { path: "/v1/list", query: {} };
const LACKS = { complete: false, incompleteBecause: "noItems" };

/** Pages of two items each. Those at these places have no field for items. */
function lists(pages: number, lacking: readonly number[], itemsOptional = false) {
  const answer = ({ query }: PageRequest) => {
    const at = Number(query["page_token"] ?? 0);
    const next_page = at + 1 < pages ? String(at + 1) : null;
    const data = [{ id: `${at}a` }, { id: `${at}b` }];
    return { body: lacking.includes(at) ? { next_page } : { data, next_page }, response };
  };
  return {
    sync: () => new SyncPaginator<Item>(SyncTokenPage<Item>, { request, itemsOptional, fetch: answer }),
    async: () =>
      new AsyncPaginator<Item, AsyncTokenPage<Item>>(AsyncTokenPage<Item>, {
        request,
        itemsOptional,
        fetch: async (asked) => answer(asked),
      }),
  };
}

/** What a walk, sync or async, shows. */
interface Walk {
  readonly checkpoint: Checkpoint;
  readonly outcome: unknown;
  next(): { done?: boolean | undefined } | Promise<{ done?: boolean | undefined }>;
}

async function end(walk: Walk): Promise<Walk> {
  while (!(await walk.next()).done);
  return walk;
}

/** The checkpoints of a walk, as they are when they are read again: before each item, and after the last. */
async function checkpointsOf(walk: Walk): Promise<Checkpoint[]> {
  const found: Checkpoint[] = [];
  do found.push(JSON.parse(JSON.stringify(walk.checkpoint)));
  while (!(await walk.next()).done);
  return [...found, JSON.parse(JSON.stringify(walk.checkpoint))];
}

describe("a page without a place for items makes a walk incomplete", () => {
  test("also where it is resumed after that page, at whichever item", async () => {
    const run = fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }).chain((pages) =>
        fc.record({
          pages: fc.constant(pages),
          lacking: fc.uniqueArray(fc.integer({ min: 0, max: pages - 1 }), { minLength: 1 }),
          prefetch: fc.constantFrom(0, 1),
          unit: fc.constantFrom("items", "pages"),
          isSync: fc.boolean(),
        }),
      ),
      async ({ pages, lacking, prefetch, unit, isSync }) => {
        const { sync, async } = lists(pages, lacking);
        const open = (resumeFrom?: Checkpoint): Walk =>
          (isSync ? sync() : async())[unit as "items"]({ prefetch, resumeFrom });
        for (const checkpoint of await checkpointsOf(open()))
          expect((await end(open(checkpoint))).outcome).toMatchObject(LACKS);
      },
    );
    await fc.assert(run, { numRuns: 60 });
  });

  test("and one that is asked again may have its items then", () => {
    const walk = lists(3, [2]).sync().items();
    for (let item = 0; item < 4; item++) walk.next();
    const resumeFrom = walk.checkpoint;
    const again = lists(3, []).sync().items({ resumeFrom });
    expect([...again]).toEqual([{ id: "2a" }, { id: "2b" }]);
    expect(again.outcome).toMatchObject({ complete: true });
  });

  test.each([6, 10])("in a segment that another one continues, after %i items", async (count) => {
    const whole = lists(6, []).async().items();
    for (let item = 0; item < count; item++) await whole.next();
    const place = whole.checkpoint;
    const walk = splitAt(lists(6, [1]).async(), [place]);
    const checkpoints = await checkpointsOf(walk);
    expect(walk.outcome).toMatchObject({ ...LACKS, segments: { joined: 1 } });
    for (const resumeFrom of checkpoints)
      expect((await end(lists(6, [1]).async().items({ resumeFrom }))).outcome).toMatchObject(LACKS);
    // What was in front of a position then is no part of the list now.
    const whole2 = lists(6, [1]).async().items();
    for (let item = 0; item < 6; item++) await whole2.next();
    expect((await end(splitAt(lists(6, []).async(), [whole2.checkpoint]))).outcome).toMatchObject({
      complete: true,
      segments: { joined: 1 },
    });
  });

  test.each(["flatMap", "flatMapSync"])(
    "in a list of %s that has ended before the checkpoint",
    async (name) => {
      const parents = lists(2, []);
      const childOf = ({ id }: Item) => lists(2, id === "0b" ? [0] : []);
      const open = (resumeFrom?: Checkpoint): Walk =>
        name === "flatMap"
          ? flatMap(parents.async(), (item) => childOf(item).async(), { resumeFrom })
          : flatMapSync(parents.sync(), (item) => childOf(item).sync(), { resumeFrom });
      for (const checkpoint of await checkpointsOf(open()))
        expect((await end(open(checkpoint))).outcome).toMatchObject(LACKS);
    },
  );

  test("in a list of flatMap that ends in a cycle, which has no reason with a name", async () => {
    const answer = ({ query }: PageRequest) => ({
      body: {
        data: [{ id: String(query["page_token"]) }],
        next_page: query["page_token"] === "1" ? "0" : "1",
      },
      response,
    });
    const list = new SyncPaginator<Item>(SyncTokenPage<Item>, {
      request,
      fetch: answer,
      walk: { onCycle: "stop" },
    });
    const open = (resumeFrom?: Checkpoint): Walk =>
      flatMapSync(lists(1, []).sync(), ({ id }) => (id === "0a" ? list : lists(1, []).sync()), {
        resumeFrom,
      });
    for (const checkpoint of await checkpointsOf(open()))
      expect((await end(open(checkpoint))).outcome).toMatchObject({
        complete: false,
        incompleteBecause: null,
      });
  });

  test.each([
    ["has ended", 0],
    ["was left at its end, where the server goes beyond it,", 1],
  ])("in a slice that %s before the checkpoint", async (_, beyond) => {
    const timed = () =>
      new AsyncPaginator<{ id: string; at: string }, AsyncTokenPage<{ id: string; at: string }>>(
        AsyncTokenPage,
        {
          request,
          timeRange: { from: "gte", to: "lt", bounds: "half-open", order: "asc", field: "at" },
          fetch: async ({ query }) => {
            const from = Date.parse(String(query["gte"]));
            const [at, hour] = [Number(query["page_token"] ?? 0), from / 3_600_000];
            const next_page = at < 2 ? String(at + 1) : null;
            const time = at === 2 && beyond === 1 ? Date.parse(String(query["lt"])) : from + at;
            const data = [{ id: `${hour} ${at}`, at: new Date(time).toISOString() }];
            return { body: hour === 1 && at === 1 ? { next_page } : { data, next_page }, response };
          },
        },
      );
    const open = (resumeFrom?: Checkpoint) =>
      sliceByTime(timed(), { from: 0, to: 4 * 3_600_000, slices: 4, adaptive: false, resumeFrom });
    const walk = open();
    const checkpoints = await checkpointsOf(walk);
    expect(walk.outcome).toMatchObject({ ...LACKS, slices: { walked: 4 } });
    for (const checkpoint of checkpoints) expect((await end(open(checkpoint))).outcome).toMatchObject(LACKS);
  });

  test("a checkpoint whose reason is none is refused", async () => {
    const { sync } = lists(1, []);
    const walk = flatMapSync(sync(), () => sync());
    const forged = { ...walk.checkpoint, incomplete: "of no interest" };
    expect(() => flatMapSync(sync(), () => sync(), { resumeFrom: forged })).toThrow(
      /`incomplete` is not a reason/,
    );
  });
});

describe("a list that may leave the place for items out", () => {
  test.each([
    ["is complete where nothing follows", [2], true],
    ["is not complete where a page follows", [1], false],
  ])("%s", async (_, lacking, complete) => {
    const { sync, async } = lists(3, lacking, true);
    for (const walk of [sync().items(), async().items()])
      expect((await end(walk)).outcome).toMatchObject({
        complete,
        incompleteBecause: complete ? null : "noItems",
      });
  });
});
