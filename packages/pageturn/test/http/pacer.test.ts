import { expect, test } from "vitest";
import { Pacer } from "../../src/http/retry-policy.ts";

/** A pacer with a clock of its own, for an API that says `x-wait` in milliseconds. */
function pacerAt(clock: { now: number }): Pacer {
  return new Pacer(
    (headers) => Number(headers["x-wait"] ?? 0),
    () => clock.now,
  );
}

test("a pacer waits until the latest time that an answer named, and no longer", () => {
  const clock = { now: 1000 };
  const pacer = pacerAt(clock);
  expect(pacer.wait).toBe(0);
  pacer.note({ "retry-after": "3" });
  pacer.note({ "retry-after": "1" });
  expect(pacer.wait).toBe(3000);
  clock.now += 2500;
  expect(pacer.wait).toBe(500);
  clock.now += 1000;
  expect(pacer.wait).toBe(0);
});

test("a pacer waits as long as the API's own headers or retry-after say, whichever is longer", () => {
  const pacer = pacerAt({ now: 0 });
  pacer.note({ "x-wait": "5000", "retry-after": "1" });
  expect(pacer.wait).toBe(5000);
  pacer.note({ "x-wait": "1", "retry-after": "7" });
  expect(pacer.wait).toBe(7000);
});

test("a pacer does not wait longer than anybody would", () => {
  const pacer = pacerAt({ now: 0 });
  pacer.note({ "x-wait": "600001" });
  expect(pacer.wait).toBe(0);
});
