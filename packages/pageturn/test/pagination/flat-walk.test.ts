import { CheckpointError, ConfigurationError } from "pageturn";
import type { FlatCheckpoint } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { HeldList, settle as oneTurn } from "./held-list.ts";
import { ListTree, type Tree } from "./list-tree.ts";
import type { Item } from "./model-list.ts";

const all = (count: number) => Array.from({ length: count }, () => true);
const list = (count: number, size: number) =>
  ({ kind: "ids", visible: all(count), size, hasMore: "present" }) as const;
/** Twelve parents on one page, and for each a list of eight pages. */
const tree: Tree = { parent: list(12, 20), children: [list(8, 1)] };
const two: Tree = { parent: list(2, 20), children: [list(2, 1)] };

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

/** How often each path was asked for. */
function counts(paths: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const path of paths) found[path] = (found[path] ?? 0) + 1;
  return found;
}

describe("flatMap", () => {
  test("asks for nothing before it is consumed", async () => {
    const lists = new ListTree(tree);
    lists.parent.flatMap(lists.child);
    await settle();
    expect(lists.paths).toEqual([]);
  });

  test("walks at most 8 lists at a time, each 4 pages ahead of the one on hand", async () => {
    const { lists, answerAll } = heldTree(tree);
    const walk = lists.parent.flatMap(lists.child);
    const step = walk.next();
    await answerAll();
    expect(await step).toEqual({ value: { id: "item_0/item_0" }, done: false });
    const children = counts(lists.paths.filter((path) => path !== "/parents"));
    expect(Object.values(children)).toEqual([5, 5, 5, 5, 5, 5, 5, 5]);
  });

  test("walks as many at a time, and as far ahead, as it is told", async () => {
    const { lists, answerAll } = heldTree(tree);
    const walk = lists.parent.flatMap(lists.child, { concurrency: 2, prefetch: 0, order: "arrival" });
    void walk.next();
    await answerAll();
    expect(counts(lists.paths)).toEqual({ "/parents": 1, "/parents/item_0": 1, "/parents/item_1": 1 });
    expect(walk.outcome).toBeNull();
  });

  test("hands out, in order of arrival, what is there while the first list is on its way", async () => {
    const { lists, waiting } = heldTree(two);
    const walk = lists.parent.flatMap(lists.child, { order: "arrival" });
    const step = walk.next();
    await settle();
    waiting.splice(0)[0]?.go();
    await settle();
    waiting.find(({ path }) => path === "/parents/item_1")?.go();
    expect(await step).toEqual({ value: { id: "item_1/item_0" }, done: false });
  });

  test("leaving it aborts the parent and every list, and asks for nothing more", async () => {
    const { lists, waiting } = heldTree({ parent: list(12, 2), children: [list(8, 1)] });
    const walk = lists.parent.flatMap(lists.child);
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
    expect(walk.checkpoint).toEqual(lists.parent.flatMap(lists.child).checkpoint);
  });

  test("break leaves it, and await using too", async () => {
    const lists = new ListTree(tree);
    const walk = lists.parent.flatMap(lists.child, { concurrency: 1, prefetch: 0 });
    for await (const _ of walk) break;
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false, items: 1, pages: 1 });
    const other = lists.parent.flatMap(lists.child);
    await other[Symbol.asyncDispose]();
    expect(await other.next()).toEqual({ value: undefined, done: true });
  });

  test("leaving it behind its end changes nothing", async () => {
    const lists = new ListTree(two);
    const walk = lists.parent.flatMap(lists.child);
    for await (const _ of walk);
    const { outcome } = walk;
    await walk.return();
    expect(walk.outcome).toBe(outcome);
    expect(await walk.next()).toEqual({ value: undefined, done: true });
  });

  test("serves calls of next() in order", async () => {
    const lists = new ListTree(two);
    const walk = lists.parent.flatMap(lists.child);
    const steps = await Promise.all(Array.from({ length: 5 }, () => walk.next()));
    expect(steps.map(({ value }) => value)).toEqual([...lists.items, undefined]);
  });

  test("an error of a list comes at its place, and of the parent behind the lists before", async () => {
    const fails = new Set(["/parents/item_1", "/parents"]);
    let parents = 0;
    const lists = new ListTree(
      { parent: list(3, 2), children: [list(2, 1)] },
      {
        before: (path) => {
          if (path === "/parents" && ++parents === 1) return;
          if (fails.delete(path)) throw new Error(path);
        },
      },
    );
    const walk = lists.parent.flatMap(lists.child);
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
    const walk = lists.parent.flatMap((item) => {
      if (throws) throw new Error(`no list for ${item.id}`);
      return lists.child(item);
    });
    const error = await walk.next().catch((reason) => reason);
    expect(error).toMatchObject({ message: "no list for item_0", checkpoint: { v: 1, children: [] } });
    expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
    throws = false;
    const items: Item[] = [];
    for await (const item of walk) items.push(item);
    expect(items).toEqual(lists.items);
  });

  test("is incomplete where the parent or a list is", async () => {
    const lists = new ListTree(two);
    const bounded = lists.parent.items({ maxItems: 1 }).flatMap(lists.child);
    for await (const _ of bounded);
    expect(bounded.outcome).toMatchObject({ reason: "maxItems", complete: false, items: 2 });
    const cut = lists.parent.flatMap((item) => ({ items: () => lists.child(item).items({ maxPages: 1 }) }));
    for await (const _ of cut);
    expect(cut.outcome).toMatchObject({ reason: "exhausted", complete: false, items: 2 });
  });

  test("goes from pages, too, async and sync", async () => {
    const lists = new ListTree(two);
    const items: Item[] = [];
    for await (const item of (await lists.parent).flatMap(lists.child)) items.push(item);
    expect(items).toEqual(lists.items);
    const paged = lists.syncParent.iterPages().flatMap((page) => lists.syncChild(page.data[0] ?? { id: "" }));
    expect([...paged]).toEqual(lists.items.slice(0, 2));
  });

  test.each([{ concurrency: 0 }, { concurrency: 1.5 }, { order: "any" as "kept" }, { prefetch: -1 }])(
    "refuses %o",
    (options) => {
      const lists = new ListTree(two);
      expect(() => lists.parent.flatMap(lists.child, options)).toThrow(ConfigurationError);
    },
  );

  test("an async paginator that is aborted by the parent's signal says so", async () => {
    const { list: parent, requests } = new HeldList();
    const walk = parent.flatMap(() => parent);
    const step = walk.next();
    requests[0]?.fail(new DOMException("stop", "AbortError"));
    await expect(step).rejects.toThrow("stop");
    expect(walk.outcome).toMatchObject({ reason: "aborted", complete: false });
  });
});

describe("the checkpoint of a flat walk", () => {
  test("holds only the list that is consumed, in kept order", async () => {
    const lists = new ListTree(tree);
    const walk = lists.parent.flatMap(lists.child);
    await walk.next();
    const { children, next } = walk.checkpoint;
    expect(children).toHaveLength(1);
    expect(children[0]?.child).toMatchObject({ path: "/parents/item_0" });
    expect(next).toMatchObject({ path: "/parents", offset: 1, last: "item_0" });
  });

  test("resumed at the very end, is complete at once", async () => {
    const lists = new ListTree(two);
    const walk = lists.parent.flatMap(lists.child);
    for await (const _ of walk);
    const resumed = lists.parent.flatMap(lists.child, { resumeFrom: walk.checkpoint });
    expect(await resumed.next()).toEqual({ value: undefined, done: true });
    expect(resumed.outcome).toMatchObject({ reason: "exhausted", complete: true, items: 0 });
  });

  test("costs no request of the parent twice, where its lists stand side by side", async () => {
    const lists = new ListTree(tree);
    const walk = lists.parent.flatMap(lists.child, { order: "arrival", concurrency: 3, prefetch: 0 });
    for (let count = 0; count < 5; count++) await walk.next();
    const { checkpoint } = walk;
    await walk.return();
    expect(checkpoint.children).toHaveLength(3);
    lists.paths.length = 0;
    const resumed = lists.parent.flatMap(lists.child, { resumeFrom: checkpoint });
    for await (const _ of resumed);
    expect(counts(lists.paths)["/parents"]).toBe(1);
  });

  const good = async (): Promise<FlatCheckpoint> => {
    const lists = new ListTree(two);
    const walk = lists.parent.flatMap(lists.child);
    await walk.next();
    return walk.checkpoint;
  };

  test.each<[string, (checkpoint: FlatCheckpoint) => unknown]>([
    ["none", () => null],
    ["that of a plain walk", ({ next }) => next],
    ["one of another version", (checkpoint) => ({ ...checkpoint, v: 2 })],
    ["one without the next position", ({ v, children }) => ({ v, children })],
    [
      "a list without a position",
      ({ children, ...rest }) => ({ ...rest, children: [{ at: children[0]?.at }] }),
    ],
    ["a list that is none", (checkpoint) => ({ ...checkpoint, children: [null] })],
    ["one whose lists are none", (checkpoint) => ({ ...checkpoint, children: {} })],
    [
      "one of another parent",
      ({ children, ...rest }) => ({ ...rest, children, next: { ...rest.next, path: "/x" } }),
    ],
  ])("is refused at the call: %s", async (_, forge) => {
    const lists = new ListTree(two);
    const resumeFrom = forge(await good()) as FlatCheckpoint;
    expect(() => lists.parent.flatMap(lists.child, { resumeFrom })).toThrow(CheckpointError);
    expect(() => lists.syncParent.flatMap(lists.syncChild, { resumeFrom })).toThrow(CheckpointError);
  });

  test("is refused where it would take a list to another path", async () => {
    const lists = new ListTree(two);
    const { v, children, next } = await good();
    const forged = children.map(({ at, child }) => ({ at, child: { ...child, path: "/secrets" } }));
    const walk = lists.parent.flatMap(lists.child, { resumeFrom: { v, children: forged, next } });
    await expect(walk.next()).rejects.toThrow(CheckpointError);
    await expect(walk.next()).rejects.toThrow("/secrets");
    expect(lists.paths).toEqual(["/parents"]);
  });

  test("is refused where the parent item of a list is gone", async () => {
    const none = new ListTree({ ...two, parent: list(0, 20) });
    const { v, children, next } = await good();
    const resumeFrom = { v, children, next };
    await expect(none.parent.flatMap(none.child, { resumeFrom }).next()).rejects.toThrow(CheckpointError);
    expect(() => none.syncParent.flatMap(none.syncChild, { resumeFrom }).next()).toThrow(CheckpointError);
  });
});

describe("the sync flatMap", () => {
  test.each([{ concurrency: 8 as 1 }, { order: "arrival" as "kept" }])(
    "refuses %o and says where it works",
    (options) => {
      const lists = new ListTree(two);
      expect(() => lists.syncParent.flatMap(lists.syncChild, options)).toThrow(ConfigurationError);
      expect(() => lists.syncParent.flatMap(lists.syncChild, options)).toThrow("AsyncAnthropic");
    },
  );

  test("takes the bounds that it keeps anyway", () => {
    const lists = new ListTree(two);
    const walk = lists.syncParent.flatMap(lists.syncChild, { concurrency: 1, order: "kept", prefetch: 1 });
    expect([...walk]).toEqual(lists.items);
  });

  test("asks for a list only when it comes to it, and for nothing when it is left", () => {
    const lists = new ListTree(two);
    const walk = lists.syncParent.flatMap(lists.syncChild);
    for (const _ of walk) break;
    expect(lists.paths).toEqual(["/parents", "/parents/item_0"]);
    expect(walk.outcome).toMatchObject({ reason: "returned", complete: false, items: 1 });
    expect(walk.next()).toEqual({ value: undefined, done: true });
    walk[Symbol.dispose]();
    expect(lists.paths).toHaveLength(2);
  });

  test("a next() that threw can be called again, and its error carries the checkpoint", () => {
    let fails = true;
    const lists = new ListTree(two, {
      before: (_, number) => {
        if (number === 2 && fails) throw new Error("no");
      },
    });
    const walk = lists.syncParent.flatMap(lists.syncChild);
    const items = [walk.next().value];
    expect(() => walk.next()).toThrow(expect.objectContaining({ checkpoint: walk.checkpoint }));
    expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
    fails = false;
    expect([...items, ...walk]).toEqual(lists.items);
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
  });
});
