import { describe, expect, test } from "vitest";
import { CycleGuard, RecentKeys } from "../../../src/pagination/walk/cycle-guard.ts";

/** How many keys were asked for until the guard noticed; `before` keys that do not come again stand first. */
function noticedAt({ before, length }: { before: number; length: number }): number {
  const guard = new CycleGuard();
  for (let count = 1; count <= 3 * (before + length) + 10; count++) {
    const key = count <= before ? `before ${count}` : `in ${(count - before - 1) % length}`;
    if (guard.repeats(key)) return count;
  }
  return Number.POSITIVE_INFINITY;
}

describe("a cycle is noticed", () => {
  test("at its first repetition, for each length from 1 to 50 and any offset", () => {
    for (let length = 1; length <= 50; length++) {
      for (const before of [0, 1, 2, 3, 7, 31, 32, 50, 127, 1000]) {
        expect({ length, before, at: noticedAt({ before, length }) }).toEqual({
          length,
          before,
          at: before + length + 1,
        });
      }
    }
  });

  test("at its first repetition up to a length of 10,000", () => {
    expect(noticedAt({ before: 12, length: 10_000 })).toBe(10_013);
  });

  test.each([
    { before: 0, length: 10_001 },
    { before: 1, length: 16_384 },
    { before: 500, length: 16_385 },
    { before: 40_000, length: 10_001 },
    { before: 65_536, length: 20_000 },
  ])("within three times its requests where it is longer: %o", (cycle) => {
    expect(noticedAt(cycle)).toBeLessThanOrEqual(3 * (cycle.before + cycle.length));
  });

  test("again and again, as a next() that failed is called again", () => {
    const guard = new CycleGuard();
    expect(["a", "b", "a", "a", "b"].map((key) => guard.repeats(key))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });
});

test("a million different requests are no cycle", () => {
  const guard = new CycleGuard();
  let noticed = 0;
  for (let count = 0; count < 1_000_000; count++) if (guard.repeats(`after_id=model_${count}`)) noticed += 1;
  expect(noticed).toBe(0);
});

test("a key is known among the last 10,000, and new again behind them", () => {
  const recent = new RecentKeys();
  for (let key = 0; key < 10_000; key++) expect(recent.seen(key)).toBe(false);
  expect(recent.seen(0)).toBe(true);
  expect(recent.seen(10_000)).toBe(false);
  expect(recent.seen(1)).toBe(true);
  // The 10,001st different key pushed the first one out, and that one now pushes out the second.
  expect(recent.seen(0)).toBe(false);
  expect(recent.seen(1)).toBe(false);
  expect(recent.seen(3)).toBe(true);
});

test("any value is a key", () => {
  const recent = new RecentKeys();
  for (const key of [undefined, null, Number.NaN, "", 0, false]) {
    expect([recent.seen(key), recent.seen(key)]).toEqual([false, true]);
  }
});
