import { expect, vi } from "vitest";

/** A wait for a rate limit which no test sits out, so that no slow request is taken for it. */
export const LONG_WAIT_MS = 500_000;
/** The wait begins with the answer that asks for it: this much may have passed since, and be missing. */
const SLACK_MS = 250_000;

/** Expects that a call of an async client with a shorter timeout waits for {@link LONG_WAIT_MS}, and succeeds then. */
export async function expectLongWait(call: () => PromiseLike<unknown>): Promise<void> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const called = Promise.resolve(call());
    called.catch(() => undefined);
    await expect.poll(() => vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(LONG_WAIT_MS - SLACK_MS);
    // The timer of a request that is sent would have run out.
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(SLACK_MS);
    vi.useRealTimers();
    await called;
  } finally {
    vi.useRealTimers();
  }
}

/** Expects the same of a call of a sync client whose own thread waits. */
export function expectLongWaitSync(call: () => unknown): void {
  // The casts: it has an overload for each kind of array.
  const real = Atomics.wait as (...values: unknown[]) => unknown;
  const waits: number[] = [];
  const wait = (...values: unknown[]) => {
    const ms = Number(values[3]);
    if (!(ms > LONG_WAIT_MS - SLACK_MS)) return real(...values);
    waits.push(ms);
    return "timed-out";
  };
  const replaced = vi.spyOn(Atomics, "wait").mockImplementation(wait as typeof Atomics.wait);
  try {
    call();
  } finally {
    replaced.mockRestore();
  }
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeLessThanOrEqual(LONG_WAIT_MS);
}
