import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { CycleGuard } from "../../../src/pagination/walk/cycle-guard.ts";

/** Bytes in use after everything that can be collected was collected. */
function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

function feed(guard: CycleGuard, requests: number): void {
  for (let count = 0; count < requests; count++)
    guard.repeats(`/v1/models?after_id=model_${count}&limit=1000`);
}

test("the guard's memory stays below 2 MB however long the walk is", () => {
  feed(new CycleGuard(), 20_000);
  const before = heapUsed();
  const guard = new CycleGuard();
  feed(guard, 100_000);
  const used = heapUsed() - before;
  expect(used).toBeLessThan(2_000_000);
  expect(guard.repeats("another")).toBe(false);
});
