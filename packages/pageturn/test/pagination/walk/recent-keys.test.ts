import { expect, test } from "vitest";
import { RecentKeys } from "../../../src/pagination/walk/recent-keys.ts";

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
