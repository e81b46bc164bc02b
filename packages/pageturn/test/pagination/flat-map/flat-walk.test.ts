import { ConfigurationError } from "pageturn";
import { flatMap } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { HeldList, settle as oneTurn } from "../lists/held-list.ts";
import { counts, evenList, ListTree, type Tree, twelve, two } from "../lists/list-tree.ts";
import type { Item } from "../lists/model-list.ts";

/** Lets everything happen that waits for nothing but a few turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await oneTurn();
}

/** Lists whose answers wait until the test lets them go. */
function heldTree(shape: Tree) {
  const waiting: { readonly path: string; readonly signal: AbortSignal | undefined; go(): void }[] = [];
  const lists = new ListTree(shape, {
    pause: (path, signal) =>
      new Promise((resolve, reject) => {
        waiting.push({ path, signal, go: resolve });
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  return {
    lists,
    waiting,
    async answerAll() {
      while (waiting.length > 0) {
        for (const { go } of waiting.splice(0)) go();
        await settle();
      }
    },
  };
}

describe("flatMap", () => {
  test("asks for nothing before it is consumed", async () => {
    const lists = new ListTree(twelve);
    flatMap(lists.parent, lists.child);
    await settle();
    expect(lists.paths).toEqual([]);
  });

  test("walks at most 8 lists at a time, each 4 pages ahead of the one on hand", async () => {
    const { lists, answerAll } = heldTree(twelve);
    const walk = flatMap(lists.parent, lists.child);
    const step = walk.next();
    await answerAll();
    expect(await step).toEqual({ value: { id: "item_0/item_0" }, done: false });
    const children = counts(lists.paths.filter((path) => path !== "/parents"));
    expect(Object.values(children)).toEqual([5, 5, 5, 5, 5, 5, 5, 5]);
  });

  test("walks as many at a time, and as far ahead, as it is told", async () => {
    const { lists, answerAll } = heldTree(twelve);
    const walk = flatMap(lists.parent, lists.child, { concurrency: 2, prefetch: 0, order: "unordered" });
    void walk.next();
    await answerAll();
    expect(counts(lists.paths)).toEqual({ "/parents": 1, "/parents/item_0": 1, "/parents/item_1": 1 });
    expect(walk.outcome).toBeNull();
  });

  test("hands out, in order of arrival, what is there while the first list is on its way", async () => {
    const { lists, waiting } = heldTree(two);
    const walk = flatMap(lists.parent, lists.child, { order: "unordered" });
    const step = walk.next();
    await settle();
    waiting.splice(0)[0]?.go();
    await settle();
    waiting.find(({ path }) => path === "/parents/item_1")?.go();
    expect(await step).toEqual({ value: { id: "item_1/item_0" }, done: false });
  });

  test("leaving it aborts the parent and every list, and asks for nothing more", async () => {
    const { lists, waiting } = heldTree({ parent: evenList(12, 2), children: [evenList(8, 1)] });
    const walk = flatMap(lists.parent, lists.child);
    const step = walk.next();
    await settle();
    waiting.splice(0)[0]?.go();
    await settle();
    expect(waiting.map(({ path }) => path).toSorted()).toEqual([
      "/parents",
      "/parents/item_0",
      "/parents/item_1",
    ]);
    const asked = lists.paths.length;
    expect(await walk.return()).toEqual({ value: undefined, done: true });
    expect(waiting.map(({ signal }) => signal?.aborted)).toEqual([true, true, true]);
    expect([await step, await walk.next()]).toEqual([
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
    await settle();
    expect(lists.paths.length).toBe(asked);
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false, items: 0 });
    await walk.return();
    expect(walk.checkpoint).toEqual(flatMap(lists.parent, lists.child).checkpoint);
  });

  test("break leaves it, and await using too", async () => {
    const lists = new ListTree(twelve);
    const walk = flatMap(lists.parent, lists.child, { concurrency: 1, prefetch: 0 });
    for await (const _ of walk) break;
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false, items: 1, pages: 1 });
    const other = flatMap(lists.parent, lists.child);
    await other[Symbol.asyncDispose]();
    expect(await other.next()).toEqual({ value: undefined, done: true });
  });

  test("leaving it behind its end changes nothing", async () => {
    const lists = new ListTree(two);
    const walk = flatMap(lists.parent, lists.child);
    for await (const _ of walk);
    const { outcome } = walk;
    await walk.return();
    expect(walk.outcome).toBe(outcome);
    expect(await walk.next()).toEqual({ value: undefined, done: true });
  });

  test("serves calls of next() in order", async () => {
    const lists = new ListTree(two);
    const walk = flatMap(lists.parent, lists.child);
    const steps = await Promise.all(Array.from({ length: 5 }, () => walk.next()));
    expect(steps.map(({ value }) => value)).toEqual([...lists.items, undefined]);
  });

  test("an error of a list comes at its place, and of the parent behind the lists before", async () => {
    const fails = new Set(["/parents/item_1", "/parents"]);
    let parents = 0;
    const lists = new ListTree(
      { parent: evenList(3, 2), children: [evenList(2, 1)] },
      {
        before: (path) => {
          if (path === "/parents" && ++parents === 1) return;
          if (fails.delete(path)) throw new Error(path);
        },
      },
    );
    const walk = flatMap(lists.parent, lists.child);
    const seen: unknown[] = [];
    for (let count = 0; count < 8; count++) {
      seen.push(
        await walk.next().then(
          ({ value }) => value?.id,
          (error) => error.message,
        ),
      );
    }
    expect(seen).toEqual([
      "item_0/item_0",
      "item_0/item_1",
      "/parents/item_1",
      "item_1/item_0",
      "item_1/item_1",
      "/parents",
      "item_2/item_0",
      "item_2/item_1",
    ]);
  });

  test("where making a list throws, the next call makes it again", async () => {
    const lists = new ListTree(two);
    let throws = true;
    const walk = flatMap(lists.parent, (item) => {
      if (throws) throw new Error(`no list for ${item.id}`);
      return lists.child(item);
    });
    const error = await walk.next().catch((reason) => reason);
    expect(error).toMatchObject({ message: "no list for item_0", checkpoint: { v: 2, children: [] } });
    expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
    throws = false;
    const items: Item[] = [];
    for await (const item of walk) items.push(item);
    expect(items).toEqual(lists.items);
  });

  test("is incomplete where the parent or a list is", async () => {
    const lists = new ListTree(two);
    const bounded = flatMap(
      { items: (options) => lists.parent.items({ ...options, maxItems: 1 }) },
      lists.child,
    );
    for await (const _ of bounded);
    expect(bounded.outcome).toMatchObject({ reason: "maxItems", complete: false, items: 2 });
    const cut = flatMap(lists.parent, (item) => ({ items: () => lists.child(item).items({ maxPages: 1 }) }));
    for await (const _ of cut);
    expect(cut.outcome).toMatchObject({ reason: "exhausted", complete: false, items: 2 });
  });

  test("goes from a page, too", async () => {
    const lists = new ListTree(two);
    const items: Item[] = [];
    for await (const item of flatMap(await lists.parent, lists.child)) items.push(item);
    expect(items).toEqual(lists.items);
  });

  test.each([{ concurrency: 0 }, { concurrency: 1.5 }, { order: "any" as "ordered" }, { prefetch: -1 }])(
    "refuses %o",
    (options) => {
      const lists = new ListTree(two);
      expect(() => flatMap(lists.parent, lists.child, options)).toThrow(ConfigurationError);
    },
  );

  test("an async paginator that is aborted by the parent's signal says so", async () => {
    const { list: parent, requests } = new HeldList();
    const walk = flatMap(parent, () => parent);
    const step = walk.next();
    requests[0]?.fail(new DOMException("stop", "AbortError"));
    await expect(step).rejects.toThrow("stop");
    expect(walk.outcome).toMatchObject({ reason: "aborted", complete: false });
  });
});
