import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { type Checkpoint, splitAt } from "pageturn/pagination";
import { describe, expect } from "vitest";
import { positionKey } from "../lists/memory-list.ts";
import { anyPaging, MutableList, type Row } from "../lists/mutable-list.ts";

const anyNames = fc
  .uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 40 })
  .map((names) => names.toSorted((one, other) => one - other));
const anyLimit = fc.integer({ min: 1, max: 6 });
const anyOptions = fc.record({
  prefetch: fc.integer({ min: 0, max: 5 }),
  concurrency: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
});
/** After how many items of the first walk checkpoints are kept, in order or not. */
const anyPlaces = fc.array(fc.nat({ max: 40 }), { maxLength: 6 });
const anyDelays = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 });

async function checkpointsOf(
  list: MutableList,
  limit: number,
  places: readonly number[],
): Promise<Checkpoint[]> {
  const walk = list.list(limit).items();
  const all = [walk.checkpoint];
  for await (const _ of walk) all.push(walk.checkpoint);
  return JSON.parse(JSON.stringify(places.map((place) => all[place % all.length])));
}

async function all(walk: AsyncIterable<Row>): Promise<Row[]> {
  const items: Row[] = [];
  for await (const item of walk) items.push(item);
  return items;
}

function delayed(delays: readonly number[]) {
  return async (_: unknown, number: number) => {
    const turns = delays[number % delays.length] ?? 0;
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
}

describe("splitAt", () => {
  test.prop([anyPaging, anyNames, anyLimit, anyPlaces, anyOptions, anyDelays], { numRuns: 1000 })(
    "gives an unchanged list as a plain walk does",
    async (paging, names, limit, places, options, delays) => {
      const list = new MutableList(paging, names, delayed(delays));
      const checkpoints = await checkpointsOf(
        list,
        limit,
        places.toSorted((one, other) => one - other),
      );
      const expected = await list.list(limit).toArray();
      const walk = splitAt(list.list(limit), checkpoints, options);
      expect(await all(walk)).toEqual(expected);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: expected.length });
    },
  );

  test.prop(
    [
      fc.constantFrom("ids", "keyset", "offset"),
      anyNames,
      anyLimit,
      fc.array(fc.nat({ max: 40 })),
      fc.integer({ min: 1, max: 9 }),
      anyDelays,
    ],
    { numRuns: 1000 },
  )(
    "split between pages, asks for each page once",
    async (paging, names, limit, places, prefetch, delays) => {
      const list = new MutableList(paging, names, delayed(delays));
      const first = list.list(limit).pages();
      const between: Checkpoint[] = [];
      for await (const page of first) if (page.hasNextPage()) between.push(first.checkpoint);
      const plain = list.requests.splice(0).map(positionKey);
      const checkpoints = between.filter((_, index) => places.includes(index));
      const walk = splitAt(list.list(limit), checkpoints, { prefetch });
      for await (const _ of walk);
      expect(list.requests.map(positionKey).toSorted()).toEqual(plain.toSorted());
      expect(walk.outcome?.segments).toEqual({ joined: checkpoints.length, skipped: 0 });
    },
  );

  test.prop([anyPaging, anyNames, anyNames, anyLimit, anyLimit, anyPlaces, anyOptions], { numRuns: 1000 })(
    "gives a list that has changed since as a plain walk does now",
    async (paging, before, after, limit, newLimit, places, options) => {
      const list = new MutableList(paging, before);
      const checkpoints = await checkpointsOf(list, limit, places);
      list.names = after;
      const expected = await list.list(newLimit).toArray();
      const walk = splitAt(list.list(newLimit), checkpoints, options);
      expect(await all(walk)).toEqual(expected);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true, items: expected.length });
    },
  );

  test.prop(
    [
      anyPaging,
      anyNames,
      fc.array(fc.nat({ max: 39 })),
      anyLimit,
      anyPlaces,
      anyOptions,
      anyDelays,
      fc.array(fc.nat({ max: 9 })),
    ],
    { numRuns: 1000 },
  )(
    "stopped and resumed any number of times gives what a plain walk gives now",
    async (paging, names, gone, limit, places, options, delays, parts) => {
      const list = new MutableList(paging, names, delayed(delays));
      const checkpoints = await checkpointsOf(list, limit, places);
      list.names = names.filter((_, index) => !gone.includes(index));
      const expected = await list.list(limit).toArray();
      const items: Row[] = [];
      let resumeFrom: Checkpoint | undefined;
      for (const part of parts) {
        const walk =
          resumeFrom === undefined
            ? splitAt(list.list(limit), checkpoints, options)
            : list.list(limit).items({ resumeFrom });
        for (let taken = 0; taken < part; taken++) {
          const step = await walk.next();
          if (!step.done) items.push(step.value);
        }
        await walk.return();
        resumeFrom = walk.checkpoint;
      }
      items.push(...(await list.list(limit).toArray({ resumeFrom })));
      expect(items).toEqual(expected);
    },
  );

  test.prop(
    [anyPaging, anyNames, anyLimit, anyPlaces, anyOptions, fc.array(fc.boolean(), { maxLength: 40 })],
    { numRuns: 1000 },
  )(
    "loses and repeats nothing where requests fail and next() is called again",
    async (paging, names, limit, places, options, fails) => {
      const whole = new MutableList(paging, names);
      const checkpoints = await checkpointsOf(whole, limit, places);
      const list = new MutableList(paging, names, (_, number) => {
        if (fails[number]) throw new Error(`request ${number}`);
      });
      const walk = splitAt(list.list(limit), checkpoints, options);
      const items: Row[] = [];
      for (;;) {
        const step = await walk.next().catch(() => null);
        if (step?.done) break;
        if (step !== null) items.push(step.value);
        else expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
      }
      expect(items).toEqual(await whole.list(limit).toArray());
    },
  );
});
