import * as fc from "fast-check";
import {
  AsyncPaginator,
  AsyncTokenPage,
  type Checkpoint,
  definePages,
  flatMap,
  flatMapSync,
  IncompleteListError,
  idStrategy,
  type PageRequest,
  type PaginationStrategy,
  SyncPaginator,
  SyncTokenPage,
  sliceByTime,
  splitAt,
  toReadableStream,
} from "pageturn/pagination";
import { pageNumber } from "pageturn/strategies";
import { describe, expect, test } from "vitest";
import { response } from "../lists/memory-list.ts";

interface Item {
  readonly id: string;
}

const request: PageRequest = { path: "/v1/list", query: {} };
const HOUR = 3_600_000;
const onIncomplete = "stop";
const LACKS = { complete: false, incompleteBecause: "noItems" };

interface Timed extends Item {
  readonly at: string;
}

const TIME_RANGE = { from: "gte", to: "lt", bounds: "half-open", order: "asc", field: "at" } as const;

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

interface Result {
  readonly done?: boolean | undefined;
  readonly value?: unknown;
}

/** What a walk, sync or async, shows. */
interface Walk {
  readonly checkpoint: Checkpoint;
  readonly outcome: unknown;
  next(): Result | Promise<Result>;
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

describe('a page without a place for items makes a walk with onIncomplete: "stop" incomplete', () => {
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
          (isSync ? sync() : async())[unit as "items"]({ prefetch, resumeFrom, onIncomplete });
        for (const checkpoint of await checkpointsOf(open()))
          expect((await end(open(checkpoint))).outcome).toMatchObject(LACKS);
      },
    );
    await fc.assert(run, { numRuns: 60 });
  });

  test("and one that is asked again may have its items then", () => {
    const walk = lists(3, [2]).sync().items({ onIncomplete: "stop" });
    for (let item = 0; item < 4; item++) walk.next();
    const resumeFrom = walk.checkpoint;
    const again = lists(3, []).sync().items({ resumeFrom });
    expect([...again]).toEqual([{ id: "2a" }, { id: "2b" }]);
    expect(again.outcome).toMatchObject({ complete: true });
  });

  test.each([
    [6, [1], 100],
    [10, [1], 100],
    [6, [1], 0],
    [6, [1, 5], 100],
  ])(
    "in a segment that another one continues, after %i items: pages %j, prefetch %i",
    async (count, lacking, prefetch) => {
      const whole = lists(6, []).async().items();
      for (let item = 0; item < count; item++) await whole.next();
      const place = whole.checkpoint;
      const walk = splitAt(lists(6, lacking).async(), [place], { onIncomplete, prefetch });
      const checkpoints = await checkpointsOf(walk);
      expect(walk.outcome).toMatchObject({ ...LACKS, segments: { joined: 1 } });
      for (const resumeFrom of checkpoints) {
        const rest = lists(6, lacking).async().items({ resumeFrom, onIncomplete });
        expect((await end(rest)).outcome).toMatchObject(LACKS);
      }
      // What was in front of a position then is no part of the list now.
      const whole2 = lists(6, [1]).async().items({ onIncomplete });
      for (let item = 0; item < 6; item++) await whole2.next();
      expect((await end(splitAt(lists(6, []).async(), [whole2.checkpoint]))).outcome).toMatchObject({
        complete: true,
        segments: { joined: 1 },
      });
    },
  );

  test.each(["flatMap", "flatMapSync"])(
    "in a list of %s that has ended before the checkpoint",
    async (name) => {
      const parents = lists(2, []);
      const childOf = ({ id }: Item) => lists(2, id === "0b" ? [0] : []);
      const open = (resumeFrom?: Checkpoint): Walk =>
        name === "flatMap"
          ? flatMap(parents.async(), (item) => childOf(item).async(), { resumeFrom, onIncomplete })
          : flatMapSync(parents.sync(), (item) => childOf(item).sync(), { resumeFrom, onIncomplete });
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
      new AsyncPaginator<Timed, AsyncTokenPage<Timed>>(AsyncTokenPage, {
        request,
        timeRange: TIME_RANGE,
        fetch: async ({ query }) => {
          const from = Date.parse(String(query["gte"]));
          const [at, hour] = [Number(query["page_token"] ?? 0), from / HOUR];
          const next_page = at < 2 ? String(at + 1) : null;
          const time = at === 2 && beyond === 1 ? Date.parse(String(query["lt"])) : from + at;
          const data = [{ id: `${hour} ${at}`, at: new Date(time).toISOString() }];
          return { body: hour === 1 && at === 1 ? { next_page } : { data, next_page }, response };
        },
      });
    const open = (resumeFrom?: Checkpoint) =>
      sliceByTime(timed(), {
        from: 0,
        to: 4 * HOUR,
        slices: 4,
        adaptive: false,
        resumeFrom,
        onIncomplete,
      });
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

/** How many answers of each page lack the items, by the name of the page. */
type Times = Readonly<Record<string, number>>;

/** Says of each answer whether it lacks its items: the first ones of a page do. */
function failing(times: Times): (name: string) => boolean {
  const left: Record<string, number> = { ...times };
  return (name) => {
    const now = left[name] ?? 0;
    left[name] = now - 1;
    return now > 0;
  };
}

/** Ways to page: the strategy of a list, the page number of a request, and the fields of a response without its items. */
const STYLES = {
  token: {
    strategy: { next: { from: { body: "next_page" }, to: "page_token" } },
    numberIn: (query: PageRequest["query"]) => Number(query["page_token"] ?? 0),
    fields: (at: number, pages: number) => ({ next_page: at + 1 < pages ? String(at + 1) : null }),
  },
  ids: {
    strategy: idStrategy,
    numberIn: ({ after_id: id }: PageRequest["query"]) =>
      id === undefined ? 0 : Number.parseInt(String(id), 10) + 1,
    fields: (at: number, pages: number) => ({ has_more: at + 1 < pages, last_id: `${at}b` }),
  },
  numbers: {
    strategy: pageNumber({ total: { body: "pages", counts: "pages" } }),
    numberIn: (query: PageRequest["query"]) => Number(query["page"] ?? 1) - 1,
    fields: (_: number, pages: number) => ({ pages }),
  },
} satisfies Record<string, { strategy: PaginationStrategy } & Record<string, unknown>>;

/** A list of pages of two items each, and of the requests for it. `name` stands before the ids and the names of the pages. */
function failingList(
  pages: number,
  {
    lacks,
    style = "token",
    name = "",
  }: { lacks: (name: string) => boolean; style?: keyof typeof STYLES; name?: string },
) {
  const { strategy, numberIn, fields } = STYLES[style];
  const { SyncPage, AsyncPage } = definePages(strategy);
  const requests: string[] = [];
  const answer = ({ query }: PageRequest) => {
    const at = numberIn(query);
    requests.push(`${name}${at}`);
    const data = ["a", "b"].map((end) => ({ id: `${at}${end}`, of: name }));
    const body = fields(at, pages);
    return { body: lacks(`${name}${at}`) ? body : { ...body, data }, response };
  };
  return {
    requests,
    sync: new SyncPaginator<Item>(SyncPage<Item>, { request, fetch: answer }),
    async: new AsyncPaginator<Item>(AsyncPage<Item>, { request, fetch: async (asked) => answer(asked) }),
  };
}

/** Walks to the end, whatever lacks its items on the way: with the same walk, or with one from the checkpoint of the error. */
async function persist(open: (resumeFrom?: Checkpoint) => Walk, how: "next" | "resume") {
  let walk = open();
  const values: unknown[] = [];
  const errors: IncompleteListError[] = [];
  for (;;) {
    try {
      const { done, value } = await walk.next();
      if (done === true) return { values, errors, walk };
      values.push(value);
    } catch (error) {
      if (!(error instanceof IncompleteListError)) throw error;
      expect(error).toMatchObject({ because: "noItems", checkpoint: walk.checkpoint });
      expect(walk.outcome).toMatchObject({ ...LACKS, reason: "error" });
      errors.push(error);
      if (how === "resume") walk = open(JSON.parse(JSON.stringify(error.checkpoint)));
    }
  }
}

const HOWS = fc.constantFrom("next", "resume");

/** How often each of these pages lacks its items: 0 to 2 times. */
function timesOf(names: readonly string[]): fc.Arbitrary<Times> {
  return fc.record(Object.fromEntries(names.map((name) => [name, fc.integer({ min: 0, max: 2 })])));
}

const sumOf = (times: Times) => Object.values(times).reduce((sum, each) => sum + each, 0);

describe("a walk stays in front of a page that lacks its items, until it has them", () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => String(at));
  const idsOf = (values: readonly unknown[]) =>
    values
      .flatMap((value) => ("data" in Object(value) ? (value as { data: Item[] }).data : [value as Item]))
      .map(({ id }) => id);
  const wholeOf = (pages: number) => numbers(pages).flatMap((at) => [`${at}a`, `${at}b`]);

  test("in a list, from its start or from a page of it, by items and by pages", async () => {
    const run = fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }).chain((pages) =>
        fc.record({
          pages: fc.constant(pages),
          times: timesOf(numbers(pages)),
          prefetch: fc.integer({ min: 0, max: 3 }),
          unit: fc.constantFrom("items", "iterPages"),
          style: fc.constantFrom(...(Object.keys(STYLES) as (keyof typeof STYLES)[])),
          from: fc.constantFrom("list", "first page"),
          isSync: fc.boolean(),
          how: HOWS,
        }),
      ),
      async ({ pages, times, prefetch, unit, style, from, isSync, how }) => {
        const { sync, async, requests } = failingList(pages, { lacks: failing(times), style });
        const paginator = isSync ? sync : async;
        const list = from === "list" ? paginator : await paginator.firstPage();
        const options = { prefetch: isSync ? Math.min(prefetch, 1) : prefetch };
        const open = (resumeFrom?: Checkpoint): Walk => list[unit as "items"]({ ...options, resumeFrom });
        const { values, errors, walk } = await persist(open, how);
        expect(idsOf(values)).toEqual(wholeOf(pages));
        expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, incompleteBecause: null });
        // The page that a walk begins on is requested again before anything is thrown.
        const isForgiven = from === "first page" && Number(times[0]) > 0;
        expect(errors).toHaveLength(sumOf(times) - (isForgiven ? 1 : 0));
        // Each answer is used, or lacks its items. The first page is there when a walk is resumed from it.
        if (how === "next") expect(requests).toHaveLength(pages + sumOf(times));
      },
    );
    await fc.assert(run, { numRuns: 300 });
  });

  test("in segments", async () => {
    const run = fc.asyncProperty(
      timesOf(numbers(6)),
      fc.uniqueArray(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 3 }),
      HOWS,
      async (times, counts, how) => {
        const whole = failingList(6, { lacks: () => false }).async.items();
        const checkpoints = [whole.checkpoint];
        while (!(await whole.next()).done) checkpoints.push(whole.checkpoint);
        const places = counts.toSorted((a, b) => a - b).flatMap((count) => checkpoints[count] ?? []);
        const list = failingList(6, { lacks: failing(times) }).async;
        const open = (resumeFrom?: Checkpoint): Walk =>
          resumeFrom === undefined ? splitAt(list, places) : list.items({ resumeFrom });
        const { values, walk } = await persist(open, how);
        expect(idsOf(values)).toEqual(wholeOf(6));
        expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
      },
    );
    await fc.assert(run, { numRuns: 100 });
  });

  test("in lists of lists", async () => {
    const parentNames = numbers(2).map((at) => `parents ${at}`);
    const childNames = wholeOf(2).flatMap((id) => numbers(2).map((at) => `${id} ${at}`));
    const run = fc.asyncProperty(
      timesOf([...parentNames, ...childNames]),
      fc.boolean(),
      fc.integer({ min: 0, max: 1 }),
      HOWS,
      async (times, isSync, prefetch, how) => {
        const lacks = failing(times);
        const parents = failingList(2, { lacks, name: "parents " });
        const childOf = ({ id }: Item) => failingList(2, { lacks, name: `${id} ` });
        const open = (resumeFrom?: Checkpoint): Walk =>
          isSync
            ? flatMapSync(parents.sync, (item) => childOf(item).sync, { prefetch, resumeFrom })
            : flatMap(parents.async, (item) => childOf(item).async, { prefetch, resumeFrom });
        const { values, walk } = await persist(open, how);
        const whole = wholeOf(2).flatMap((of) => wholeOf(2).map((id) => ({ id, of: `${of} ` })));
        expect(values).toEqual(whole);
        expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
      },
    );
    await fc.assert(run, { numRuns: 60 });
  });

  test("in slices of a range of time", async () => {
    const names = numbers(3).flatMap((hour) => numbers(3).map((at) => `${hour} ${at}`));
    const run = fc.asyncProperty(timesOf(names), HOWS, async (times, how) => {
      const lacks = failing(times);
      const list = new AsyncPaginator<Timed, AsyncTokenPage<Timed>>(AsyncTokenPage, {
        request,
        timeRange: TIME_RANGE,
        fetch: async ({ query }) => {
          const from = Date.parse(String(query["gte"]));
          const at = Number(query["page_token"] ?? 0);
          const id = `${from / HOUR} ${at}`;
          const next_page = at < 2 ? String(at + 1) : null;
          const data = [{ id, at: new Date(from + at).toISOString() }];
          return { body: lacks(id) ? { next_page } : { data, next_page }, response };
        },
      });
      const range = { from: 0, to: 3 * HOUR, slices: 3, adaptive: false };
      const open = (resumeFrom?: Checkpoint): Walk => sliceByTime(list, { ...range, resumeFrom });
      const { values, walk } = await persist(open, how);
      expect(idsOf(values)).toEqual(names);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
    });
    await fc.assert(run, { numRuns: 60 });
  });

  test("in a stream, whose error has the checkpoint", async () => {
    const list = failingList(3, { lacks: failing({ 1: 1 }) }).async;
    const items: unknown[] = [];
    const into = () => new WritableStream({ write: (item) => void items.push(item) });
    const failure: unknown = await toReadableStream(list.items())
      .pipeTo(into())
      .catch((error: unknown) => error);
    if (!(failure instanceof IncompleteListError)) throw failure;
    const { checkpoint: resumeFrom } = failure;
    await toReadableStream(list.items({ resumeFrom })).pipeTo(into());
    expect(idsOf(items)).toEqual(wholeOf(3));
  });

  test("and a list whose first page lacks its items requests it again when it is used again", async () => {
    const { sync, async, requests } = failingList(2, { lacks: failing({ 0: 2 }) });
    expect(() => sync.toArray()).toThrow(IncompleteListError);
    await expect(async.toArray()).rejects.toThrow(IncompleteListError);
    expect(requests).toEqual(["0", "0"]);
    expect(idsOf(sync.toArray())).toEqual(wholeOf(2));
    expect(idsOf(await async.toArray())).toEqual(wholeOf(2));
    expect(requests).toEqual(["0", "0", "0", "1", "0", "1"]);
  });

  test("and a page that lacks its items is empty by itself, and requested again by each walk from it", async () => {
    const { sync, async, requests } = failingList(2, { lacks: failing({ 0: 6 }) });
    for (const page of [sync.firstPage(), await async.firstPage()]) {
      expect(page.getPaginatedItems()).toEqual([]);
      expect(page.hasNextPage()).toBe(true);
      expect((await page.getNextPage()).data).toHaveLength(2);
      requests.length = 0;
      const walk: Walk = page.items();
      expect(requests).toEqual([]);
      for (let time = 1; time < 3; time++) {
        await expect((async () => walk.next())()).rejects.toThrow(IncompleteListError);
        expect(requests).toHaveLength(time);
      }
      expect(page.items({ onIncomplete: "stop" }).next()).toBeDefined();
    }
  });

  test("and one inside of which it is resumed", () => {
    const first = failingList(2, { lacks: () => false }).sync.items();
    first.next();
    const { checkpoint: resumeFrom } = first;
    const walk = failingList(2, { lacks: failing({ 0: 1 }) }).sync.items({ resumeFrom });
    expect(() => walk.next()).toThrow(IncompleteListError);
    expect(walk.checkpoint).toEqual(resumeFrom);
    expect(idsOf([...walk])).toEqual(wholeOf(2).slice(1));
  });

  test("and a checkpoint behind such a page does not make the end of the list an error", () => {
    const walk = lists(3, [0]).sync().items({ onIncomplete: "stop" });
    walk.next();
    const rest = lists(3, []).sync().items({ resumeFrom: walk.checkpoint });
    expect([...rest]).toHaveLength(3);
    expect(rest.outcome).toMatchObject({ ...LACKS, reason: "exhausted" });
  });

  test.each([
    [undefined, "data"],
    [["result", "rows"], "result.rows"],
  ])("and the error names the field: %j", (items, name) => {
    const { SyncPage } = definePages(STYLES.token.strategy);
    const fetch = () => ({
      body: { next_page: "1", result: {} },
      response: { ...response, requestId: "req_1" },
    });
    const list = new SyncPaginator<Item>(SyncPage<Item>, { request, fetch, ...(items && { items }) });
    expect(() => list.toArray()).toThrow(expect.objectContaining({ requestId: "req_1" }));
    expect(() => list.toArray()).toThrow(
      `The list of /v1/list is incomplete: a response has no field \`${name}\` for items. Call next() again, or resume from ` +
        "the checkpoint, to request the page again. If the API leaves the field out of an empty page, return [] for it " +
        'with a function `items` of the strategy or of the list, or accept the page with onIncomplete: "stop"',
    );
  });

  test("and its remedies work", () => {
    const { SyncPage } = definePages({
      ...STYLES.token.strategy,
      items: (body: { data?: unknown }) => body.data ?? [],
    });
    const fetch = ({ query }: PageRequest) =>
      query["page_token"] === undefined
        ? { body: { next_page: "1" }, response }
        : { body: { data: [{ id: "1a" }], next_page: null }, response };
    const walk = new SyncPaginator<Item>(SyncPage<Item>, { request, fetch }).items();
    expect(idsOf([...walk])).toEqual(["1a"]);
    expect(walk.outcome).toMatchObject({ complete: true });
  });
});

describe("a list that may leave the place for items out", () => {
  test.each([
    ["is complete where nothing follows", [2], true],
    ["is not complete where a page follows", [1], false],
  ])("%s", async (_, lacking, complete) => {
    const { sync, async } = lists(3, lacking, true);
    for (const walk of [sync().items({ onIncomplete }), async().items({ onIncomplete })])
      expect((await end(walk)).outcome).toMatchObject({
        complete,
        incompleteBecause: complete ? null : "noItems",
      });
  });
});
