import { expect, test } from "vitest";
import { withEither } from "../../../src/pagination/walk/either-signal.ts";

test("a job gets a signal that fires with either one, also where one has fired before", async () => {
  for (const fired of [0, 1] as const) {
    for (const isBefore of [true, false]) {
      const controllers = [new AbortController(), new AbortController()] as const;
      const abort = () => controllers[fired].abort("reason");
      if (isBefore) abort();
      const reason = await withEither(controllers[0].signal, controllers[1].signal, async (signal) => {
        expect(signal?.aborted).toBe(isBefore);
        if (!isBefore) abort();
        return signal?.reason;
      });
      expect(reason).toBe("reason");
    }
  }
});

test("where there is one signal, the job gets that one", async () => {
  const { signal } = new AbortController();
  expect(await withEither(signal, undefined, async (one) => one)).toBe(signal);
  expect(await withEither(undefined, signal, async (one) => one)).toBe(signal);
  expect(await withEither(undefined, undefined, async (one) => one)).toBeUndefined();
});
