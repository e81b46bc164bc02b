import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { type Checkpoint, type SliceByTimeOptions, sliceByTime } from "pageturn/pagination";
import { describe, expect } from "vitest";
import { anyDating, anyTimes, type Dated, DatedList } from "./dated-list.ts";

const anyRange = fc
  .tuple(fc.integer({ min: -2, max: 102 }), fc.integer({ min: -2, max: 102 }))
  .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }));
const anyLimit = fc.integer({ min: 1, max: 5 });
const anyOptions = fc.record({
  slices: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
  concurrency: fc.integer({ min: 1, max: 5 }),
  prefetch: fc.integer({ min: 1, max: 40 }),
  adaptive: fc.boolean(),
  align: fc.constantFrom(1, 1, 7),
});
const anyDelays = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 });
const anyFaults = fc.array(fc.boolean(), { maxLength: 40 });

function delayed(delays: readonly number[], faults: readonly boolean[] = []) {
  return async (_: unknown, number: number) => {
    const turns = delays[number % delays.length] ?? 0;
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (faults[number]) throw new Error(`request ${number} failed`);
  };
}

async function all(walk: AsyncIterable<Dated>): Promise<Dated[]> {
  const items: Dated[] = [];
  for await (const item of walk) items.push(item);
  return items;
}

/** The walk over the list itself, or over a function that makes the list of a range. */
function sliced(
  list: DatedList,
  { isFunction, limit, range }: { isFunction: boolean; limit: number; range: { from: number; to: number } },
  options: SliceByTimeOptions<Dated>,
) {
  const { order, bounds } = list.timeRange;
  if (!isFunction) return sliceByTime(list.list(limit, range), options);
  const listOf = ({ from, to }: { from: Date; to: Date }) =>
    list.list(limit, { from: from.getTime(), to: to.getTime() });
  return sliceByTime(listOf, {
    ...range,
    order,
    bounds,
    timeOf: ({ created_at }) => created_at,
    ...options,
  });
}

describe("sliceByTime", () => {
  test.prop([anyDating, anyTimes, anyRange, anyLimit, anyOptions, anyDelays, fc.boolean()], {
    numRuns: 2000,
  })(
    "gives what one walk gives, in its order",
    async (dating, times, range, limit, options, delays, isFunction) => {
      const list = new DatedList(dating, times, delayed(delays));
      const expected = await list.list(limit, range).toArray();
      const walk = sliced(list, { isFunction, limit, range }, options);
      list.mostRunning = 0;
      expect(await all(walk)).toEqual(expected);
      expect(list.mostRunning).toBeLessThanOrEqual(options.concurrency);
      expect(walk.outcome).toMatchObject({
        reason: "exhausted",
        complete: true,
        incompleteBecause: null,
        items: expected.length,
      });
    },
  );

  test.prop(
    [
      anyDating,
      anyTimes,
      anyRange,
      anyLimit,
      anyOptions,
      anyDelays,
      fc.array(fc.nat({ max: 9 })),
      fc.boolean(),
    ],
    { numRuns: 2000 },
  )(
    "stopped and resumed any number of times gives what one walk gives",
    async (dating, times, range, limit, options, delays, parts, isFunction) => {
      const list = new DatedList(dating, times, delayed(delays));
      const expected = await list.list(limit, range).toArray();
      const items: Dated[] = [];
      let resumeFrom: Checkpoint | undefined;
      for (const part of parts) {
        const walk = sliced(list, { isFunction, limit, range }, { ...options, resumeFrom });
        for (let taken = 0; taken < part; taken++) {
          const step = await walk.next();
          if (!step.done) items.push(step.value);
        }
        await walk.return();
        resumeFrom = JSON.parse(JSON.stringify(walk.checkpoint));
      }
      items.push(...(await all(sliced(list, { isFunction, limit, range }, { ...options, resumeFrom }))));
      expect(items).toEqual(expected);
    },
  );

  test.prop([anyDating, anyTimes, anyRange, anyLimit, anyOptions, anyDelays, anyFaults, fc.boolean()], {
    numRuns: 2000,
  })(
    "loses and repeats nothing where requests fail, and next() is called again or the walk is resumed",
    async (dating, times, range, limit, options, delays, faults, resumes) => {
      const whole = new DatedList(dating, times);
      const expected = await whole.list(limit, range).toArray();
      const list = new DatedList(dating, times, delayed(delays, faults));
      const items: Dated[] = [];
      let walk = sliced(list, { isFunction: false, limit, range }, options);
      for (;;) {
        try {
          const step = await walk.next();
          if (step.done) break;
          items.push(step.value);
        } catch (error) {
          const { checkpoint } = walk;
          expect(error).toMatchObject({ checkpoint });
          expect(walk.outcome).toMatchObject({ reason: "error", complete: false });
          if (resumes)
            walk = sliced(list, { isFunction: false, limit, range }, { ...options, resumeFrom: checkpoint });
        }
      }
      expect(items).toEqual(expected);
      expect(walk.outcome).toMatchObject({ reason: "exhausted", complete: true });
    },
  );
});
