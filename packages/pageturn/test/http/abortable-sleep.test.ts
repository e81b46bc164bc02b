import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { abortableSleep } from "../../src/http/send.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a sleep ends after its time and leaves no listener", async () => {
  const { signal } = new AbortController();
  const remove = vi.spyOn(signal, "removeEventListener");
  const slept = abortableSleep(1000, signal);
  await vi.advanceTimersByTimeAsync(999);
  expect(remove).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await slept;
  expect(remove).toHaveBeenCalledOnce();
});

test("a signal ends a sleep at once and leaves no timer", async () => {
  const controller = new AbortController();
  const slept = abortableSleep(1_000_000, controller.signal);
  controller.abort();
  await slept;
  expect(vi.getTimerCount()).toBe(0);
});

test("a signal that has fired before lets no sleep begin", async () => {
  await abortableSleep(1_000_000, AbortSignal.abort());
  expect(vi.getTimerCount()).toBe(0);
});
