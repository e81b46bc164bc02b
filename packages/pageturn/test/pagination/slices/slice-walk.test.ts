import {
  AsyncPageCursor,
  AsyncPaginator,
  type Checkpoint,
  CheckpointError,
  ConfigurationError,
  definePages,
  PaginationError,
  type SliceByTimeOptions,
  sliceByTime,
  type TimeRange,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { APIUserAbortError } from "../../../src/errors/api-error.ts";
import { response } from "../lists/memory-list.ts";
import { type Dated, DatedList, type Dating } from "./dated-list.ts";

const day = 86_400_000;
const dating: Dating = { order: "desc", bounds: "half-open", paging: "ids" };

/** `count` times, evenly spread over the range; raised to `skew`, dense at its start. */
function spread(count: number, to: number, skew = 1): number[] {
  return Array.from({ length: count }, (_, index) => Math.floor((index / count) ** skew * to));
}

async function all<T>(walk: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of walk) items.push(item);
  return items;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await turn();
}

const range = { from: 0, to: 1_000_000 };

test("a server that includes the end of a range, unlike what bounds says, repeats no item", async () => {
  const times = Array.from({ length: 101 }, (_, index) => index * 10);
  const list = new DatedList({ ...dating, order: "asc", bounds: "inclusive" }, times);
  const listOf = ({ from, to }: { from: Date; to: Date }) =>
    list.list(7, { from: from.getTime(), to: to.getTime() });
  const walk = sliceByTime(listOf, {
    from: 0,
    to: 1000,
    slices: 10,
    order: "asc",
    timeOf: (item) => Reflect.get(item, "created_at"),
  });
  expect(await all(walk)).toEqual(await listOf({ from: new Date(0), to: new Date(1000) }).toArray());
});

test("400 pages in slices take at most 1.1 of the requests of one walk, 8 at a time", async () => {
  const times = spread(4000, range.to);
  const plain = new DatedList(dating, times);
  const expected = await plain.list(10, range).toArray();
  expect(plain.requests).toHaveLength(400);
  const list = new DatedList(dating, times, turn);
  expect(await all(sliceByTime(list.list(10, range)))).toEqual(expected);
  expect(list.requests.length).toBeLessThanOrEqual(440);
  expect(list.mostRunning).toBe(8);
});

test.each(["desc", "asc"] as const)(
  "a dense slice is divided where requests would be idle (%s)",
  async (order) => {
    const times = spread(4000, range.to, 4);
    const expected = await new DatedList({ ...dating, order }, times).list(10, range).toArray();
    const list = new DatedList({ ...dating, order }, times, turn);
    const walk = sliceByTime(list.list(10, range), { slices: 2 });
    expect(await all(walk)).toEqual(expected);
    expect(list.requests.length).toBeLessThanOrEqual(440);
    expect(list.mostRunning).toBe(8);
    expect(walk.outcome?.slices.split).toBeGreaterThan(6);
    expect(walk.outcome?.slices.walked).toBe(2 + Number(walk.outcome?.slices.split));
  },
);

test("but not with adaptive: false, nor where items have no time", async () => {
  const times = spread(500, range.to);
  const list = new DatedList(dating, times, turn);
  const fixed = sliceByTime(list.list(5, range), { slices: 2, adaptive: false });
  await all(fixed);
  expect(fixed.outcome?.slices).toEqual({ walked: 2, split: 0 });
  const untimed = sliceByTime(list.list(5, range), { slices: 2, timeOf: null });
  expect(await all(untimed)).toHaveLength(500);
  expect(untimed.outcome?.slices).toEqual({ walked: 2, split: 0 });
});

test("nor where no border is left between multiples of align", async () => {
  const list = new DatedList(dating, spread(500, range.to), turn);
  const walk = sliceByTime(list.list(5, range), { align: range.to });
  expect(await all(walk)).toHaveLength(500);
  expect(walk.outcome?.slices).toEqual({ walked: 1, split: 0 });
});

test("a walk is its own state, as a flat walk has one", () => {
  const walk = sliceByTime(new DatedList(dating, []).list(5, range));
  expect(walk.core.checkpoint).toEqual(walk.checkpoint);
  expect(walk.core.outcome).toBeNull();
});

test("a list that is paged by links has no cursor in its request", async () => {
  const { AsyncPage: LinkPage } = definePages({
    next: { from: { body: "next" }, to: "url" },
    cursors: ["cursor", { path: /^\/v1\/more/ }],
  });
  const { timeRange } = new DatedList(dating, []);
  const list = new AsyncPaginator<Dated>(LinkPage<Dated>, {
    request: { path: "/v1/links", query: {} },
    timeRange,
    fetch: async () => ({ body: { data: [{ id: "a", created_at: 500 }] }, response }),
  });
  expect(await all(sliceByTime(list, { from: 0, to: 1000, slices: 1 }))).toHaveLength(1);
});

test("a list all of whose items share one time is not divided for ever", async () => {
  const list = new DatedList(dating, Array(300).fill(500), turn);
  expect(await all(sliceByTime(list.list(5, range), { slices: 3 }))).toHaveLength(300);
});

test("no more pages are held than prefetch, however slow the consumer is", async () => {
  const list = new DatedList(dating, spread(4000, range.to));
  const walk = sliceByTime(list.list(10, range), { prefetch: 20 });
  for (let taken = 0; taken < 15; taken++) await walk.next();
  await turns(50);
  const held = list.requests.length;
  expect(held).toBeLessThanOrEqual(2 + 20 + 8);
  await walk.return();
  await turns(10);
  expect(list.requests).toHaveLength(held);
});

describe("the range", () => {
  test.each<[string, SliceByTimeOptions]>([
    ["as dates", { from: new Date(100), to: new Date(900) }],
    ["as text", { from: "1970-01-01T00:00:00.100Z", to: "1970-01-01T00:00:00.900Z" }],
    ["as milliseconds", { from: 100, to: 900 }],
  ])("%s, replaces that of the list", async (_, options) => {
    const list = new DatedList(dating, spread(1000, 1000));
    const expected = await list.list(10, { from: 100, to: 900 }).toArray();
    expect(await all(sliceByTime(list.list(10), options))).toEqual(expected);
    expect(await all(sliceByTime(list.list(10, { from: 0, to: 5 }), options))).toEqual(expected);
  });

  test("ends now where nothing says its end, and is part of the checkpoint", async () => {
    const list = new DatedList(dating, spread(100, 1000));
    const walk = sliceByTime(list.list(10), { from: 0 });
    const before = Date.now();
    await walk.next();
    const { checkpoint } = walk;
    expect(checkpoint.to).toBeLessThanOrEqual(before);
    await walk.return();
    const rest = sliceByTime(list.list(10), { from: 0, resumeFrom: checkpoint });
    expect(await all(rest)).toHaveLength(99);
    expect(rest.checkpoint.to).toBe(checkpoint.to);
  });

  test("keeps the bounds of the list as they are written", async () => {
    const list = new DatedList(dating, spread(1000, 1000));
    const plain = list.list(10);
    const from = "1970-01-01T00:00:00.100400Z";
    const walk = sliceByTime(plain.withQuery({ "created_at[gte]": from }), { to: 900, slices: 2 });
    await all(walk);
    expect(list.requests.map(({ query }) => query["created_at[gte]"])).toContain(from);
  });

  test("that is empty is requested once", async () => {
    const list = new DatedList({ ...dating, bounds: "inclusive" }, [5, 5, 5]);
    expect(await all(sliceByTime(list.list(10, { from: 5, to: 5 })))).toHaveLength(3);
    expect(list.requests).toHaveLength(1);
  });

  test("is divided every so many milliseconds, at multiples of align", async () => {
    const list = new DatedList(dating, spread(100, 10 * day));
    const walk = sliceByTime(list.list(100), { from: day / 2, to: 4.5 * day, every: day, align: day });
    expect(walk.checkpoint.borders).toEqual([day / 2, day, 2 * day, 3 * day, 4.5 * day]);
    await all(walk);
    expect(list.requests).toHaveLength(4);
  });
});

describe("buckets", () => {
  interface Bucket {
    readonly starting_at: string;
  }
  const requests: unknown[] = [];
  const timeRange: TimeRange = {
    from: "starting_at",
    to: "ending_at",
    bounds: "half-open",
    order: "asc",
    field: "starting_at",
    align: day,
  };
  function buckets(limit: number | undefined, query: Record<string, string>) {
    requests.length = 0;
    return new AsyncPaginator<Bucket>(AsyncPageCursor<Bucket>, {
      request: { path: "/v1/buckets", query: { limit, ...query } },
      timeRange,
      defaultPageSize: null,
      fetch: async ({ query }) => {
        requests.push(query);
        const first = Math.floor(Date.parse(String(query["starting_at"])) / day);
        const end = Math.ceil(Date.parse(String(query["ending_at"])) / day);
        const from = Number(query["page"] ?? first);
        const to = Math.min(end, from + Number(query["limit"] ?? 7));
        const data = Array.from({ length: to - from }, (_, at) => ({
          starting_at: new Date((from + at) * day).toISOString(),
        }));
        return { body: { data, next_page: to < end ? to : null }, response };
      },
    });
  }
  const bounds = { starting_at: "2026-01-01T06:00:00Z", ending_at: "2026-03-31T18:00:00Z" };

  test.each([10, undefined])("are never split, and a slice has a full page (limit %s)", async (limit) => {
    const expected = await buckets(limit, bounds).toArray();
    const plain = requests.length;
    expect(await all(sliceByTime(buckets(limit, bounds)))).toEqual(expected);
    expect(requests.length).toBeLessThanOrEqual(Math.ceil(plain * 1.1));
  });
});

describe("a walk stops with a checkpoint", () => {
  test("where a slice fails: the items before it are returned, and nothing more is requested", async () => {
    const list = new DatedList(dating, spread(400, range.to), ({ query }) => {
      if (Date.parse(String(query["created_at[lt]"])) === 500_000 && isBroken) throw new Error("broken");
    });
    let isBroken = true;
    const walk = sliceByTime(list.list(10, range), { slices: 4, prefetch: 4 });
    const items: Dated[] = [];
    const read = async () => {
      for await (const item of walk) items.push(item);
    };
    await expect(read()).rejects.toMatchObject({
      message: "broken",
      checkpoint: { borders: [0, 250_000, 500_000] },
    });
    expect(items).toHaveLength(200);
    expect(walk.outcome).toMatchObject({ reason: "error", complete: false, items: 200, pages: 20 });
    const { length } = list.requests;
    await turns(20);
    expect(list.requests.length).toBeLessThanOrEqual(length);
    isBroken = false;
    await read();
    expect(items).toEqual(await list.list(10, range).toArray());
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: 400 });
  });

  test("where the signal of the list fires", async () => {
    const controller = new AbortController();
    const source = new DatedList(dating, spread(400, range.to)).list(10, range).source;
    const list = new AsyncPaginator<Dated>(AsyncPageCursor<Dated>, {
      ...source,
      signal: controller.signal,
      fetch: async () => ({
        body: { data: ["a", "b"].map((id) => ({ id, created_at: new Date(999_999) })) },
        response,
      }),
    });
    const walk = sliceByTime(list, { slices: 1 });
    await walk.next();
    controller.abort();
    await expect(walk.next()).rejects.toBeInstanceOf(APIUserAbortError);
    expect(walk.outcome).toMatchObject({ reason: "aborted", complete: false });
  });

  test("where it is left, also while a slice waits", async () => {
    const list = new DatedList(dating, spread(400, range.to), () => turns(3));
    const walk = sliceByTime(list.list(10, range), { slices: 8, concurrency: 1 });
    await walk.next();
    const pending = Promise.all(Array.from({ length: 30 }, () => walk.next()));
    await walk.return();
    expect((await pending).at(-1)).toEqual({ value: undefined, done: true });
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false });
    await walk.return();
    expect(await walk.next()).toEqual({ value: undefined, done: true });
  });

  test("where the function of the list throws", async () => {
    const list = new DatedList(dating, spread(40, range.to));
    let isBroken = true;
    const walk = sliceByTime(
      ({ from, to }) => {
        if (from.getTime() === 0 && isBroken) throw new Error("no list");
        return list.list(10, { from: from.getTime(), to: to.getTime() });
      },
      { ...range, slices: 2, order: "desc" },
    );
    const items: Dated[] = [];
    const read = async () => {
      for await (const item of walk) items.push(item);
    };
    await expect(read()).rejects.toThrow("no list");
    isBroken = false;
    await read();
    expect(items).toHaveLength(40);
  });

  test("at its end, from which nothing is requested again", async () => {
    const list = new DatedList(dating, spread(40, range.to));
    const walk = sliceByTime(list.list(10, range));
    await all(walk);
    expect(walk.checkpoint).toMatchObject({ borders: [], head: null });
    list.requests.length = 0;
    const rest = sliceByTime(list.list(10, range), { resumeFrom: walk.checkpoint });
    expect(await all(rest)).toEqual([]);
    expect(list.requests).toEqual([]);
  });

  test("that requests no slice again that has ended", async () => {
    const list = new DatedList(dating, spread(400, range.to));
    const walk = sliceByTime(list.list(10, range), { slices: 4 });
    for (let taken = 0; taken < 250; taken++) await walk.next();
    await walk.return();
    list.requests.length = 0;
    const rest = sliceByTime(list.list(10, range), {
      resumeFrom: JSON.parse(JSON.stringify(walk.checkpoint)),
    });
    expect(await all(rest)).toHaveLength(150);
    expect(list.requests.every(({ query }) => Date.parse(String(query["created_at[lt]"])) <= 500_000)).toBe(
      true,
    );
  });
});

describe("what the server sends is checked", () => {
  test("a server that does not apply the range is an error, and not the same items many times", async () => {
    const list = new DatedList(dating, spread(100, 1000));
    const walk = sliceByTime(() => list.list(10), {
      from: 400,
      to: 500,
      timeOf: ({ created_at }) => created_at,
    });
    await expect(walk.next()).rejects.toThrow("outside of the requested range");
    await expect(walk.next()).rejects.toBeInstanceOf(PaginationError);
  });

  test.each(["desc", "asc"] as const)("a list in another order than %s is an error", async (order) => {
    const list = new DatedList({ ...dating, order: order === "asc" ? "desc" : "asc" }, spread(100, 1000));
    const walk = sliceByTime(list.list(10, { from: 0, to: 1000 }), { order });
    await expect(walk.next()).rejects.toThrow(`not in the order "${order}"`);
  });

  test("a page that cannot be used is checked again as it was", async () => {
    const list = new DatedList(dating, spread(100, 1000));
    const walk = sliceByTime(list.list(10, { from: 0, to: 1000 }));
    for (let taken = 0; taken < 5; taken++) await walk.next();
    await walk.return();
    const without = new DatedList(dating, spread(95, 950));
    // The item before the checkpoint is not in the list any more.
    const resumeFrom = JSON.parse(
      JSON.stringify(walk.checkpoint).replace('"last":"id_4"', '"last":"id_gone"'),
    );
    const rest = sliceByTime(without.list(10, { from: 0, to: 1000 }), { resumeFrom });
    await expect(rest.next()).rejects.toBeInstanceOf(CheckpointError);
    await expect(rest.next()).rejects.toBeInstanceOf(CheckpointError);
  });

  test("an item without a time is an error where slices overlap", async () => {
    const list = new DatedList({ ...dating, bounds: "inclusive" }, spread(100, 1000));
    const walk = sliceByTime(list.list(10, { from: 0, to: 1000 }), { timeOf: () => "no time" });
    await expect(walk.next()).rejects.toThrow("timeOf returns no time for an item");
    const bare = new AsyncPaginator<number>(AsyncPageCursor<number>, {
      request: { path: "/v1/bare", query: {} },
      timeRange: list.timeRange,
      fetch: async () => ({ body: { data: [1] }, response }),
    });
    const untimed = sliceByTime(list.list(10, { from: 0, to: 1000 }), { timeOf: () => undefined as never });
    await expect(untimed.next()).rejects.toThrow("timeOf returns no time for an item");
    await expect(sliceByTime(bare, { from: 0, to: 9 }).next()).rejects.toThrow(
      "timeOf returns no time for an item",
    );
  });

  test("an incomplete slice makes the whole incomplete", async () => {
    const list = new AsyncPaginator<number>(AsyncPageCursor<number>, {
      request: { path: "/v1/odd", query: {} },
      fetch: async () => ({ body: { data: [1], has_more: true }, response }),
    });
    const walk = sliceByTime(() => list, { from: 0, to: 10, slices: 2, order: "asc", onIncomplete: "stop" });
    await all(walk);
    expect(walk.outcome).toMatchObject({ complete: false, incompleteBecause: "moreAnnounced", items: 2 });
    const strict = sliceByTime(() => list, { from: 0, to: 10, slices: 2, order: "asc" });
    await strict.next();
    await expect(strict.next()).rejects.toMatchObject({ name: "IncompleteListError" });
    expect(strict.outcome).toMatchObject({ reason: "error", incompleteBecause: "moreAnnounced" });
  });
});

describe("arguments that cannot be used are refused before any request", () => {
  const list = new DatedList(dating, []);
  const known = list.list(10, range);
  const bare = new AsyncPaginator<Dated>(AsyncPageCursor<Dated>, { ...known.source, timeRange: undefined });
  const totals = new AsyncPaginator<Dated>(AsyncPageCursor<Dated>, {
    ...known.source,
    timeRange: { ...list.timeRange, unsliceable: "its rows are totals" },
  });
  const late = new AsyncPaginator<Dated>(AsyncPageCursor<Dated>, {
    ...known.source,
    start: { request: known.source.request },
  });
  const listOf = () => known;

  test.each<[string, () => unknown]>([
    ["no time range of /v1/dated is known", () => sliceByTime(bare, range)],
    ["its rows are totals", () => sliceByTime(totals)],
    ["must begin at its start", () => sliceByTime(late)],
    ["must begin at its start", () => sliceByTime(known.withQuery({ after_id: "id_1" }))],
    ["from is after to", () => sliceByTime(known, { from: 5, to: 4 })],
    ["from is missing", () => sliceByTime(list.list(10))],
    ["to must be a Date", () => sliceByTime(known, { to: "tomorrow" })],
    ["to must be a Date", () => sliceByTime(known, { to: new Date(Number.NaN) })],
    ["either slices or every", () => sliceByTime(known, { slices: 2, every: 2 })],
    ["10000 are possible", () => sliceByTime(known, { every: 1 })],
    ["slices", () => sliceByTime(known, { slices: 0 })],
    ["did you mean concurrency", () => sliceByTime(known, { concurency: 2 } as object)],
    ['bounds: "inclusive" needs timeOf', () => sliceByTime(listOf, { ...range, bounds: "inclusive" })],
    [
      "its function must return a list",
      () => sliceByTime(() => [] as never, { ...range, order: "desc" }).checkpoint,
    ],
    ["a function needs timeOf or order", () => sliceByTime(listOf, range)],
    ["a list of the asynchronous client", () => sliceByTime([] as never, range)],
  ])("%s", (message, call) => {
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(message);
    expect(list.requests).toEqual([]);
  });
});

describe("a forged checkpoint is refused", () => {
  const list = new DatedList(dating, spread(100, 1000));
  const bounds = { from: 0, to: 1000 };
  async function genuine(options: SliceByTimeOptions<Dated> = { slices: 4 }) {
    const walk = sliceByTime(list.list(10, bounds), options);
    for (let taken = 0; taken < 15; taken++) await walk.next();
    await walk.return();
    return walk.checkpoint;
  }
  const resume = (resumeFrom: unknown) =>
    sliceByTime(list.list(10, bounds), { resumeFrom: resumeFrom as Checkpoint });

  test.each<[string, object]>([
    ["another version", { v: 1 }],
    ["another range", { from: -5 }],
    ["another end", { to: 2000 }],
    ["another order", { order: "asc" }],
    ["an unknown order", { order: "up" }],
    ["no borders", { borders: null }],
    ["one border", { borders: [0] }],
    ["borders that are no times", { borders: [0, "5"] }],
    ["a time that no Date has", { borders: [0, 9e15] }],
    ["borders that descend", { borders: [0, 500, 250] }],
    ["borders outside of the range", { borders: [0, 2000] }],
    ["borders that leave out what follows", { borders: [250, 500] }],
    ["borders of the slices that are the same", { borders: [0, 0, 1000] }],
    ["no head", { head: null }],
    ["a head without a range", { head: { at: {} } }],
    ["a head that requests more than the range", { head: { range: { from: -1, to: 2000 }, at: {} } }],
    ["a head that requests after the range", { head: { range: { from: 0, to: 2000 }, at: {} } }],
    ["a head that requests less than its slice", { head: { range: { from: 999, to: 1000 }, at: {} } }],
    ["a head that ends before its slice", { head: { range: { from: 0, to: 300 }, at: {} } }],
    ["a head without a position", { head: { range: { from: 750, to: 1000 } } }],
    [
      "a position in another list",
      { head: { range: { from: 750, to: 1000 }, at: { v: 2, path: "/v1/other" } } },
    ],
  ])("with %s", async (_, changes) => {
    const checkpoint = await genuine();
    expect(() => resume({ ...checkpoint, ...changes })).toThrow(CheckpointError);
  });

  test("with an ascending order whose borders do not reach its end", async () => {
    const checkpoint = { v: 2, from: 0, to: 1000, order: "asc", borders: [0, 500], head: null };
    expect(() => resume(checkpoint)).toThrow("do not divide");
  });

  test("of another kind of walk", async () => {
    const walk = list.list(10, bounds).items();
    expect(() => resume(walk.checkpoint)).toThrow("not that of sliceByTime()");
  });

  test("with another filter of the list", async () => {
    const resumeFrom = await genuine();
    expect(() => sliceByTime(list.list(10, bounds).withQuery({ status: "done" }), { resumeFrom })).toThrow(
      "it belongs to a list without status, and this list is requested with status",
    );
  });

  test("but a genuine one is accepted, however it was divided", async () => {
    const resumeFrom = await genuine({ slices: 4 });
    expect(await all(sliceByTime(list.list(10, bounds), { resumeFrom, slices: 9 }))).toHaveLength(85);
  });
});
