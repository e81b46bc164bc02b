import { ConfigurationError } from "pageturn";
import { flatMapSync } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { ListTree, two } from "../lists/list-tree.ts";

describe("the sync flatMap", () => {
  test.each([{ concurrency: 8 as 1 }, { order: "unordered" as "ordered" }])(
    "refuses %o and says where it works",
    (options) => {
      const lists = new ListTree(two);
      expect(() => flatMapSync(lists.syncParent, lists.syncChild, options)).toThrow(ConfigurationError);
      expect(() => flatMapSync(lists.syncParent, lists.syncChild, options)).toThrow("asynchronous client");
    },
  );

  test("takes the bounds that it keeps anyway", () => {
    const lists = new ListTree(two);
    const walk = flatMapSync(lists.syncParent, lists.syncChild, {
      concurrency: 1,
      order: "ordered",
      prefetch: 1,
    });
    expect([...walk]).toEqual(lists.items);
  });

  test("asks for a list only when it comes to it, and for nothing when it is left", () => {
    const lists = new ListTree(two);
    const walk = flatMapSync(lists.syncParent, lists.syncChild);
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
    const walk = flatMapSync(lists.syncParent, lists.syncChild);
    const items = [walk.next().value];
    expect(() => walk.next()).toThrow(expect.objectContaining({ checkpoint: walk.checkpoint }));
    expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
    fails = false;
    expect([...items, ...walk]).toEqual(lists.items);
    expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
  });
});
