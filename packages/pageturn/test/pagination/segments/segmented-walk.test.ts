import { CheckpointError, ConfigurationError } from "pageturn";
import {
  type AsyncListSource,
  AsyncPaginator,
  AsyncTokenPage,
  type Checkpoint,
  splitAt,
} from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { settle as oneTurn } from "../lists/held-list.ts";
import { response } from "../lists/memory-list.ts";
import { MutableList, type Paging, type Row } from "../lists/mutable-list.ts";

const names = Array.from({ length: 40 }, (_, index) => index * 2);

/** Lets everything happen that waits for nothing but a few turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await oneTurn();
}

/** Checkpoints of a walk, after so many items each. */
async function after(list: MutableList, counts: readonly number[]): Promise<Checkpoint[]> {
  const walk = list.list(5).items();
  const checkpoints: Checkpoint[] = [];
  for (let count = 1; !(await walk.next()).done; count++) {
    if (counts.includes(count)) checkpoints.push(walk.checkpoint);
  }
  list.requests.length = 0;
  list.signals.length = 0;
  return checkpoints;
}

async function all(walk: AsyncIterable<Row>): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of walk) found.push(name);
  return found;
}

describe("splitAt", () => {
  const ids = ["x", "a", "b", "c", "d", "e", "x", "f", "g", "h", "x", "i"];
  /** A list of these, three to a page, by a token that counts items. */
  const lettered = (walk?: AsyncListSource["walk"]) =>
    new AsyncPaginator<{ id: string }, AsyncTokenPage<{ id: string }>>(AsyncTokenPage, {
      request: { path: "/v1/list", query: {} },
      fetch: async ({ query }) => {
        const start = Number(query["page_token"] ?? 0);
        const data = ids.slice(start, start + 3).map((id) => ({ id }));
        return { body: { data, next_page: start + 3 < ids.length ? String(start + 3) : null }, response };
      },
      walk,
    });
  /** The checkpoint after so many items. */
  const placeAfter = async (count: number) => {
    const walk = lettered().items();
    for (let taken = 0; taken < count; taken++) await walk.next();
    return walk.checkpoint;
  };
  const idsOf = async (walk: AsyncIterable<{ id: string }>) => {
    const found: string[] = [];
    for await (const { id } of walk) found.push(id);
    return found;
  };

  test.each([6, 10])("tells an id that stands more than once apart by its neighbours: %i", async (count) => {
    const walk = splitAt(lettered(), [await placeAfter(count)]);
    expect(await idsOf(walk)).toEqual(ids);
    expect(walk.outcome).toMatchObject({ complete: true, items: 12, segments: { joined: 1, skipped: 0 } });
  });

  test("tells them apart in pages of one item, too, by the one before", async () => {
    const all = ["a", "b", "x", "c", "d", "x", "e", "f"];
    const list = () =>
      new AsyncPaginator<{ id: string }, AsyncTokenPage<{ id: string }>>(AsyncTokenPage, {
        request: { path: "/v1/list", query: {} },
        fetch: async ({ query }) => {
          const at = Number(query["page_token"] ?? 0);
          const next_page = at + 1 < all.length ? String(at + 1) : null;
          return { body: { data: [{ id: all[at] }], next_page }, response };
        },
      });
    const walk = list().pages();
    for (let taken = 0; taken < 5; taken++) await walk.next();
    expect(await idsOf(splitAt(list(), [walk.checkpoint]))).toEqual(all);
  });

  test("uses no distinctBy of the client's: each part would have a memory of its own", async () => {
    const list = lettered({ distinctBy: ({ id }: { id: string }) => id } as AsyncListSource["walk"]);
    expect(await idsOf(splitAt(list, [await placeAfter(3)]))).toEqual(ids);
  });

  test("asks for nothing before it is consumed, and then from all places at once", async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let isHeld = false;
    const list = new MutableList("ids", names, () => (isHeld ? gate : undefined));
    const places = await after(list, [10, 20, 30]);
    isHeld = true;
    const walk = splitAt(list.list(5), places);
    await settle();
    expect(list.requests).toEqual([]);
    const step = walk.next();
    await settle();
    expect(list.requests).toHaveLength(4);
    open();
    expect(await step).toEqual({ value: { id: "id_0", name: 0 }, done: false });
  });

  test.each<Paging>(["ids", "keyset", "offset"])(
    "inside pages, %s: meets by the ids of items",
    async (paging) => {
      const list = new MutableList(paging, names);
      const places = await after(list, [7, 18, 33]);
      const walk = splitAt(list.list(5), places);
      expect(await all(walk)).toEqual(names);
      expect(walk.outcome).toEqual({
        reason: "exhausted",
        complete: true,
        incompleteBecause: null,
        pages: 11,
        items: 40,
        duplicates: 0,
        pageSizeReductions: 0,
        segments: { joined: 3, skipped: 0 },
      });
    },
  );

  test("inside pages, items without ids: meets at the same place of the same page", async () => {
    const list = new MutableList("bare", names);
    const places = await after(list, [7, 18, 33]);
    const walk = splitAt(list.list(5), places);
    expect(await all(walk)).toEqual(names.map((name) => name % 3));
    expect(walk.outcome?.segments).toEqual({ joined: 3, skipped: 0 });
  });

  test("meets where items came and went since: nothing is lost, nothing repeats", async () => {
    const list = new MutableList("ids", names);
    const places = await after(list, [10, 20, 30]);
    list.names = names.flatMap((name) => (name === 6 || name === 44 ? [] : [name, name + 1]));
    const walk = splitAt(list.list(5), places);
    expect(await all(walk)).toEqual(list.names);
    expect(walk.outcome?.segments).toEqual({ joined: 3, skipped: 0 });
  });

  test("does not fetch further than the place it meets, though it came to be elsewhere", async () => {
    // As answers come from elsewhere: not all of them before the first is looked at.
    const list = new MutableList("ids", names, settle);
    const places = await after(list, [20]);
    list.names = names.filter((name) => name !== 6);
    const walk = splitAt(list.list(5), places);
    expect(await all(walk)).toEqual(list.names);
    // 0, 10, 22, 32 from the front, the last of them over the place; 40, 50, 60, 70 from there.
    expect(list.requests).toHaveLength(8);
  });

  test("goes on where the item before a place is gone, and passes the place by", async () => {
    const list = new MutableList("keyset", names);
    const places = await after(list, [7, 20]);
    list.names = names.filter((name) => name !== 12);
    const walk = splitAt(list.list(5), places);
    expect(await all(walk)).toEqual(list.names);
    expect(walk.outcome).toMatchObject({ complete: true, segments: { joined: 1, skipped: 1 } });
  });

  test("goes on where a place cannot be fetched", async () => {
    const list = new MutableList("ids", names, ({ query }) => {
      if (query["after_id"] === "id_38" && list.requests.length < 5) throw new Error("no");
    });
    const places = await after(new MutableList("ids", names), [20, 30]);
    const walk = splitAt(list.list(5), places);
    expect(await all(walk)).toEqual(names);
    expect(walk.outcome?.segments).toEqual({ joined: 1, skipped: 1 });
  });

  test("an error comes at its place with a checkpoint that any walk of the list goes on from", async () => {
    let fails = true;
    const list = new MutableList("ids", names, ({ query }) => {
      if (fails && query["after_id"] === "id_48") throw new Error("no");
    });
    const places = await after(new MutableList("ids", names), [20, 30]);
    const walk = splitAt(list.list(5), places);
    const found: number[] = [];
    const error = await (async () => {
      for await (const { name } of walk) found.push(name);
    })().catch((reason) => reason);
    expect(found).toEqual(names.slice(0, 25));
    expect(walk.outcome).toMatchObject({ reason: "error", complete: false, items: 25 });
    expect(error.checkpoint).toEqual(walk.checkpoint);
    fails = false;
    const rest = await list.list(5).toArray({ resumeFrom: error.checkpoint });
    expect(rest.map(({ name }) => name)).toEqual(names.slice(25));
    expect(await all(walk)).toEqual(names.slice(25));
  });

  test("places out of order, or twice, are passed by", async () => {
    const list = new MutableList("ids", names);
    const [one, two, three] = await after(list, [10, 20, 30]);
    if (one === undefined || two === undefined || three === undefined) throw new Error("no checkpoints");
    const walk = splitAt(list.list(5), [two, two, one, three]);
    expect(await all(walk)).toEqual(names);
    expect(walk.outcome).toMatchObject({ complete: true, segments: { joined: 2, skipped: 2 } });
  });

  test("without places it is a plain walk that fetches ahead", async () => {
    const list = new MutableList("ids", names);
    expect(await all(splitAt(list.list(5), []))).toEqual(names);
    expect(list.requests).toHaveLength(8);
  });

  test("runs no more segments at a time than it is told", async () => {
    const list = new MutableList("ids", names);
    const places = await after(list, [10, 20, 30]);
    const walk = splitAt(list.list(5), places, { concurrency: 2, prefetch: 1 });
    await walk.next();
    const asked = new Set(list.requests.map(({ query }) => query["after_id"]));
    expect(asked.has("id_38")).toBe(false);
    expect([0, ...(await all(walk))]).toEqual(names);
    expect(walk.outcome?.segments).toEqual({ joined: 3, skipped: 0 });
    expect(await all(splitAt(list.list(5), places, { concurrency: 1 }))).toEqual(names);
  });

  test("refuses bad options, and the checkpoint of another list, before any request", async () => {
    const list = new MutableList("ids", names);
    const [place] = await after(list, [10]);
    if (place === undefined) throw new Error("no checkpoint");
    expect(() => splitAt(list.list(5), [], { concurrency: 0 })).toThrow(ConfigurationError);
    expect(() => splitAt(list.list(5), [], { prefetch: -1 })).toThrow(ConfigurationError);
    expect(() => splitAt(list.list(5), [{ ...place, path: "/v1/other" } as Checkpoint])).toThrow(
      CheckpointError,
    );
    expect(list.requests).toEqual([]);
  });

  test("bare values meet between pages only", async () => {
    const { numberList } = await import("../lists/number-list.ts");
    const first = numberList().items();
    const places: Checkpoint[] = [];
    for await (const value of first) if (value === 7 || value === 20) places.push(first.checkpoint);
    const walk = splitAt(numberList(), places);
    const found: number[] = [];
    for await (const value of walk) found.push(value);
    expect(found).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(walk.outcome?.segments).toEqual({ joined: 1, skipped: 1 });
  });
});
