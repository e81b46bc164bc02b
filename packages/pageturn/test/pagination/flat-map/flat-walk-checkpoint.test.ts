import { CheckpointError } from "pageturn";
import { type Checkpoint, flatMap, flatMapSync } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import type { ListCheckpoint } from "../../../src/pagination/checkpoint/checkpoint.ts";
import type { FlatCheckpoint } from "../../../src/pagination/flat-map/flat-core.ts";
import { counts, evenList, ListTree, twelve, two } from "../lists/list-tree.ts";

describe("the checkpoint of a flat walk", () => {
  test("holds only the list that is consumed, in kept order", async () => {
    const lists = new ListTree(twelve);
    const walk = flatMap(lists.parent, lists.child);
    await walk.next();
    const { children, next } = walk.checkpoint as FlatCheckpoint;
    expect(children).toHaveLength(1);
    expect(children[0]?.child).toMatchObject({ path: "/parents/item_0" });
    expect(next).toMatchObject({ path: "/parents", offset: 1, last: "item_0" });
  });

  test("resumed at the very end, is complete at once", async () => {
    const lists = new ListTree(two);
    const walk = flatMap(lists.parent, lists.child);
    for await (const _ of walk);
    const resumed = flatMap(lists.parent, lists.child, { resumeFrom: walk.checkpoint });
    expect(await resumed.next()).toEqual({ value: undefined, done: true });
    expect(resumed.outcome).toMatchObject({ reason: "exhausted", complete: true, items: 0 });
  });

  test("costs no request of the parent twice, where its lists stand side by side", async () => {
    const lists = new ListTree(twelve);
    const walk = flatMap(lists.parent, lists.child, { order: "unordered", concurrency: 3, prefetch: 0 });
    for (let count = 0; count < 5; count++) await walk.next();
    const { checkpoint } = walk;
    await walk.return();
    expect((checkpoint as FlatCheckpoint).children).toHaveLength(3);
    lists.paths.length = 0;
    const resumed = flatMap(lists.parent, lists.child, { resumeFrom: checkpoint });
    for await (const _ of resumed);
    expect(counts(lists.paths)["/parents"]).toBe(1);
  });

  const good = async (): Promise<FlatCheckpoint> => {
    const lists = new ListTree(two);
    const walk = flatMap(lists.parent, lists.child);
    await walk.next();
    return walk.checkpoint as FlatCheckpoint;
  };

  test.each<[string, (checkpoint: FlatCheckpoint) => unknown]>([
    ["none", () => null],
    ["that of a plain walk", ({ next }) => next],
    ["one of another version", (checkpoint) => ({ ...checkpoint, v: 1 })],
    ["one without the next position", ({ v, children }) => ({ v, children })],
    [
      "a list without a position",
      ({ children, ...rest }) => ({ ...rest, children: [{ at: children[0]?.at }] }),
    ],
    ["a list that is none", (checkpoint) => ({ ...checkpoint, children: [null] })],
    ["one whose lists are none", (checkpoint) => ({ ...checkpoint, children: {} })],
    [
      "one of another parent",
      ({ children, ...rest }) => ({ ...rest, children, next: { ...rest.next, path: "/x" } as Checkpoint }),
    ],
  ])("is refused at the call: %s", async (_, forge) => {
    const lists = new ListTree(two);
    const resumeFrom = forge(await good()) as FlatCheckpoint;
    expect(() => flatMap(lists.parent, lists.child, { resumeFrom })).toThrow(CheckpointError);
    expect(() => flatMapSync(lists.syncParent, lists.syncChild, { resumeFrom })).toThrow(CheckpointError);
  });

  test("is refused where it would take a list to another path", async () => {
    const lists = new ListTree(two);
    const { v, children, next } = await good();
    const forged = children.map(({ at, child }) => ({
      at,
      child: { ...child, path: "/secrets" } as ListCheckpoint,
    }));
    const resumeFrom: FlatCheckpoint = { v, children: forged, next };
    const walk = flatMap(lists.parent, lists.child, { resumeFrom });
    await expect(walk.next()).rejects.toThrow(CheckpointError);
    await expect(walk.next()).rejects.toThrow("/secrets");
    expect(lists.paths).toEqual(["/parents"]);
  });

  test("is refused where the parent item of a list is gone", async () => {
    const none = new ListTree({ ...two, parent: evenList(0, 20) });
    const { v, children, next } = await good();
    const resumeFrom: FlatCheckpoint = { v, children, next };
    await expect(flatMap(none.parent, none.child, { resumeFrom }).next()).rejects.toThrow(CheckpointError);
    expect(() => flatMapSync(none.syncParent, none.syncChild, { resumeFrom }).next()).toThrow(
      CheckpointError,
    );
  });
});
