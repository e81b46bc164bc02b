import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { flatMap, flatMapSync } from "pageturn/pagination";
import { describe, expect } from "vitest";
import { anyTree, ListTree, type Tree } from "../lists/list-tree.ts";
import type { Item } from "../lists/model-list.ts";

const anyOptions = fc.record({
  concurrency: fc.integer({ min: 1, max: 5 }),
  prefetch: fc.integer({ min: 0, max: 3 }),
});
const anyOrder = fc.constantFrom("ordered" as const, "unordered" as const);
/** How many turns of the event loop each answer takes, one after the other. */
const anyDelays = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 });

function slow(
  tree: Tree,
  delays: readonly number[],
  before?: (path: string, number: number) => void,
): ListTree {
  let asked = 0;
  return new ListTree(tree, {
    ...(before !== undefined && { before }),
    pause: async () => {
      const turns = delays[asked++ % delays.length] ?? 0;
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
  });
}

function byId(items: readonly Item[]): Item[] {
  return items.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** What a walk gives that is stopped after each number of items and resumed from its checkpoint. */
async function walkInParts(
  parts: readonly number[],
  open: (resumeFrom: never) => AsyncIterableIterator<Item> & { checkpoint: unknown },
): Promise<Item[]> {
  const items: Item[] = [];
  let resumeFrom: unknown;
  for (const part of [...parts, Number.POSITIVE_INFINITY]) {
    const walk = open(resumeFrom as never);
    for (let taken = 0; taken < part; taken++) {
      const step = await walk.next();
      if (step.done) break;
      items.push(step.value);
    }
    const before = walk.checkpoint;
    await walk.return?.();
    resumeFrom = JSON.parse(JSON.stringify(part % 2 === 0 ? before : walk.checkpoint));
  }
  return items;
}

describe("flatMap", () => {
  test.prop([anyTree(), anyOptions, anyDelays], { numRuns: 1000 })(
    "in kept order is one list after the other",
    async (tree, options, delays) => {
      const lists = slow(tree, delays);
      const walk = flatMap(lists.parent, lists.child, options);
      const items: Item[] = [];
      for await (const item of walk) items.push(item);
      expect(items).toEqual(lists.items);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: items.length });
    },
  );

  test.prop([anyTree(), anyOptions, anyDelays], { numRuns: 1000 })(
    "in order of arrival keeps the order of each list",
    async (tree, options, delays) => {
      const lists = slow(tree, delays);
      const walk = flatMap(lists.parent, lists.child, { ...options, order: "unordered" });
      const items: Item[] = [];
      for await (const item of walk) items.push(item);
      const inOrder = lists.items.map(({ id }) => id);
      const first = (id: string) => inOrder.findIndex((each) => each.split("/")[0] === id.split("/")[0]);
      // A stable sort by list: what is left is the order inside each.
      expect(items.toSorted((one, other) => first(one.id) - first(other.id))).toEqual(lists.items);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: items.length });
    },
  );

  test.prop([anyTree()], { numRuns: 1000 })("is the same when it blocks", async (tree) => {
    const lists = new ListTree(tree);
    const sync = flatMapSync(lists.syncParent, lists.syncChild);
    expect([...sync]).toEqual(lists.items);
    const async = flatMap(lists.parent, lists.child);
    for await (const _ of async);
    expect(sync.outcome).toEqual(async.outcome);
  });

  test.prop([anyTree(), anyOptions, anyOrder, anyDelays, fc.array(fc.integer({ min: 0, max: 9 }))], {
    numRuns: 1000,
  })(
    "stopped and resumed any number of times gives each item once",
    async (tree, options, order, delays, parts) => {
      const lists = slow(tree, delays);
      const items = await walkInParts(parts, (resumeFrom) =>
        flatMap(lists.parent, lists.child, { ...options, order, resumeFrom }),
      );
      if (order === "ordered") expect(items).toEqual(lists.items);
      else expect(byId(items)).toEqual(byId(lists.items));
    },
  );

  test.prop([anyTree(), anyOptions, anyOrder, fc.integer({ min: 1, max: 30 })], { numRuns: 1000 })(
    "goes on in the sync client where the async one stopped, and the other way round",
    async (tree, options, order, count) => {
      const lists = new ListTree(tree);
      const walk = flatMap(lists.parent, lists.child, { ...options, order });
      const items: Item[] = [];
      while (items.length < count) {
        const step = await walk.next();
        if (step.done) break;
        items.push(step.value);
      }
      const sync = flatMapSync(lists.syncParent, lists.syncChild, { resumeFrom: walk.checkpoint });
      const half: Item[] = [];
      for (const item of sync) if (half.push(item) === count) break;
      const rest: Item[] = [];
      const last = flatMap(lists.parent, lists.child, { ...options, order, resumeFrom: sync.checkpoint });
      for await (const item of last) rest.push(item);
      expect(byId([...items, ...half, ...rest])).toEqual(byId(lists.items));
      if (order === "ordered") expect([...items, ...half, ...rest]).toEqual(lists.items);
    },
  );

  test.prop([anyTree(), anyOptions, anyOrder, fc.array(fc.boolean(), { maxLength: 40 })], { numRuns: 1000 })(
    "loses and repeats nothing where requests fail and next() is called again",
    async (tree, options, order, fails) => {
      const before = (_: string, number: number) => {
        if (fails[number]) throw new Error(`request ${number}`);
      };
      const lists = new ListTree(tree, { before });
      const walk = flatMap(lists.parent, lists.child, { ...options, order });
      const items: Item[] = [];
      for (;;) {
        const step = await walk.next().catch(() => null);
        if (step?.done) break;
        if (step === null) expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
        else items.push(step.value);
      }
      if (order === "ordered") expect(items).toEqual(lists.items);
      else expect(byId(items)).toEqual(byId(lists.items));
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: items.length });
    },
  );

  test.prop([anyTree(), anyOptions, anyOrder, fc.array(fc.boolean(), { maxLength: 40 })], { numRuns: 1000 })(
    "killed by an error, goes on from the checkpoint that the error carries",
    async (tree, options, order, fails) => {
      const before = (_: string, number: number) => {
        if (fails[number]) throw new Error(`request ${number}`);
      };
      const lists = new ListTree(tree, { before });
      const items: Item[] = [];
      let resumeFrom: never | undefined;
      for (;;) {
        try {
          for await (const item of flatMap(lists.parent, lists.child, { ...options, order, resumeFrom }))
            items.push(item);
          break;
        } catch (error) {
          resumeFrom = JSON.parse(JSON.stringify((error as { checkpoint: unknown }).checkpoint));
        }
      }
      if (order === "ordered") expect(items).toEqual(lists.items);
      else expect(byId(items)).toEqual(byId(lists.items));
    },
  );
});
