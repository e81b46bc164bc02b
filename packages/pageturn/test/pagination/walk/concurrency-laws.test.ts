import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { MemoryList, positionKey } from "../lists/memory-list.ts";
import { anyLimit, anyModel, itemsOf } from "../lists/model-list.ts";

/** Some turns of the event loop, from none to a few, for each answer in its order. */
const anyPauses = fc.array(fc.nat({ max: 3 }), { minLength: 1 });
const anyPrefetch = fc.nat({ max: 3 });

function pauses(turns: readonly number[]): () => Promise<void> {
  let number = 0;
  return async () => {
    const count = turns[number++ % turns.length] ?? 0;
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
}

describe("calls of next() that are made at once", () => {
  test.prop([anyModel(), anyLimit, anyPauses, anyPrefetch, fc.array(fc.integer({ min: 1, max: 6 }))])(
    "are served in order, each with an item of its own",
    async (model, limit, turns, prefetch, bursts) => {
      const list = new MemoryList(model, { query: { limit }, pause: pauses(turns) });
      const walk = list.async().items({ prefetch });
      const settled: number[] = [];
      const served = [];
      for (const [place, size] of [...bursts, model.visible.length + 2].entries()) {
        const calls = Array.from({ length: size }, () => walk.next());
        for (const [index, call] of calls.entries()) void call.then(() => settled.push(place * 100 + index));
        served.push(...(await Promise.all(calls)));
      }
      const items = served.flatMap(({ value }) => value ?? []);
      expect(items).toEqual(itemsOf(model));
      expect(served.findIndex(({ done }) => done)).toBe(items.length);
      expect(settled).toEqual(settled.toSorted((one, other) => one - other));
      expect(new Set(list.requests.map(positionKey)).size).toBe(list.requests.length);
    },
  );

  test.prop([anyModel(), anyPauses, anyPrefetch, fc.nat({ max: 12 })])(
    "send nothing further once the walk is left",
    async (model, turns, prefetch, size) => {
      const list = new MemoryList(model, { pause: pauses(turns) });
      const walk = list.async().items({ prefetch });
      await walk.next();
      const calls = Array.from({ length: size }, () => walk.next());
      await walk.return();
      const before = list.requests.length;
      const served = await Promise.all(calls);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(list.requests).toHaveLength(before);
      // What was on hand when it was left may have been handed out; it is the list's front, without a gap.
      const items = served.flatMap(({ value }) => value ?? []);
      expect(items).toEqual(itemsOf(model).slice(1, items.length + 1));
      expect(await walk.next()).toEqual({ done: true, value: undefined });
      expect(walk.outcome?.reason).toBe(itemsOf(model).length === 0 ? "exhausted" : "returned");
    },
  );
});

test.prop([anyModel(), anyPauses, fc.integer({ min: 1, max: 3 })])(
  "prefetch gives the same items, and is never further ahead than it may be",
  async (model, turns, prefetch) => {
    const list = new MemoryList(model, { pause: pauses(turns) });
    let opened = 0;
    const onPage = () => {
      opened += 1;
    };
    const items = [];
    for await (const item of list.async().items({ prefetch, onPage })) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(list.requests.length - opened).toBeLessThanOrEqual(prefetch);
      items.push(item);
    }
    expect(items).toEqual(itemsOf(model));
  },
);
