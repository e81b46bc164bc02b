import { fc, test } from "@fast-check/vitest";
import { PageturnError } from "pageturn/pagination";
import { describe, expect } from "vitest";
import { MemoryList } from "../lists/memory-list.ts";
import { anyLimit, anyModel, type Item, itemsOf } from "../lists/model-list.ts";

const numRuns = 1000;

/** Which requests fail, in their order; those behind the last one are answered. */
const anyFaults = fc.array(fc.boolean(), { maxLength: 40 });
const anyPrefetch = fc.nat({ max: 3 });

class Fault extends PageturnError {}

/** A list that fails as `faults` say, and what its requests were that did not. */
function faultyList(
  model: Parameters<typeof itemsOf>[0],
  limit: number | undefined,
  faults: readonly boolean[],
) {
  const answered: unknown[] = [];
  const list = new MemoryList(model, {
    query: { limit },
    before: (request, number) => {
      if (faults[number]) throw new Fault(`request ${number} failed`);
      answered.push(request);
    },
  });
  return { list, answered };
}

describe("a walk whose requests fail, and whose next() is called again, is the walk without faults", () => {
  test.prop([anyModel(), anyLimit, anyFaults, anyPrefetch], { numRuns })(
    "async",
    async (model, limit, faults, prefetch) => {
      const clean = new MemoryList(model, { query: { limit } });
      const expected = await clean.async().toArray();
      const { list, answered } = faultyList(model, limit, faults);
      const walk = list.async().items({ prefetch });
      const items: Item[] = [];
      for (;;) {
        try {
          const { done, value } = await walk.next();
          if (done) break;
          items.push(value);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
          expect(walk.outcome).toMatchObject({ reason: "error", complete: false, items: items.length });
        }
      }
      expect(items).toEqual(expected);
      expect(answered).toEqual(clean.requests);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: items.length });
    },
  );

  test.prop([anyModel(), anyLimit, anyFaults, anyPrefetch], { numRuns })(
    "sync",
    (model, limit, faults, prefetch) => {
      const clean = new MemoryList(model, { query: { limit } });
      const expected = clean.sync().toArray();
      const { list, answered } = faultyList(model, limit, [false, ...faults]);
      const walk = list.sync().items({ prefetch: Math.min(prefetch, 1) });
      const items: Item[] = [];
      for (;;) {
        try {
          const { done, value } = walk.next();
          if (done) break;
          items.push(value);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
          expect(walk.outcome).toMatchObject({ reason: "error", complete: false, items: items.length });
        }
      }
      expect(items).toEqual(expected);
      expect(answered).toEqual(clean.requests);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: items.length });
    },
  );
});

describe("the checkpoint of an error completes the walk once the faults have stopped", () => {
  const anyFailing = fc.nat({ max: 12 });

  test.prop([anyModel(), anyLimit, anyFailing, anyPrefetch], { numRuns })(
    "async",
    async (model, limit, first, prefetch) => {
      const { list } = faultyList(
        model,
        limit,
        Array.from({ length: 99 }, (_, number) => number >= first),
      );
      const items: Item[] = [];
      let resumeFrom: PageturnError["checkpoint"];
      try {
        for await (const item of list.async().items({ prefetch })) items.push(item);
      } catch (error) {
        if (error instanceof Fault) resumeFrom = error.checkpoint;
        expect(resumeFrom).toBeDefined();
      }
      const rest = resumeFrom && new MemoryList(model, { query: { limit }, resumeFrom });
      expect([...items, ...((await rest?.async().toArray()) ?? [])]).toEqual(itemsOf(model));
    },
  );

  test.prop([anyModel(), anyLimit, anyFailing, anyPrefetch], { numRuns })(
    "sync",
    (model, limit, first, prefetch) => {
      const { list } = faultyList(
        model,
        limit,
        Array.from({ length: 99 }, (_, number) => number > first),
      );
      const items: Item[] = [];
      let resumeFrom: PageturnError["checkpoint"];
      try {
        for (const item of list.sync().items({ prefetch: Math.min(prefetch, 1) })) items.push(item);
      } catch (error) {
        if (error instanceof Fault) resumeFrom = error.checkpoint;
        expect(resumeFrom).toBeDefined();
      }
      const rest = resumeFrom && new MemoryList(model, { query: { limit }, resumeFrom });
      expect([...items, ...(rest?.sync().toArray() ?? [])]).toEqual(itemsOf(model));
    },
  );
});
