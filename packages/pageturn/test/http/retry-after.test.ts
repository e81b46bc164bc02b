import { expect, test } from "vitest";
import { retryAfter } from "../../src/http/retry-policy.ts";

const now = Date.UTC(1994, 10, 6, 8, 49, 37);

const cases: readonly [headers: Record<string, string>, ms: number | null][] = [
  [{}, null],
  [{ "retry-after-ms": "1500" }, 1500],
  [{ "retry-after-ms": "0.5" }, 0.5],
  [{ "retry-after-ms": " 7 " }, 7],
  [{ "retry-after-ms": "100", "retry-after": "9" }, 100],
  [{ "retry-after-ms": "0", "retry-after": "9" }, 9000],
  [{ "retry-after-ms": "-5", "retry-after": "9" }, 9000],
  [{ "retry-after-ms": "fast", "retry-after": "9" }, 9000],
  [{ "retry-after": "1.5" }, 1500],
  [{ "retry-after": ".5" }, 500],
  [{ "retry-after": "0" }, null],
  [{ "retry-after": "-1" }, null],
  [{ "retry-after": "1e3" }, null],
  [{ "retry-after": "0x10" }, null],
  [{ "retry-after": "Infinity" }, null],
  [{ "retry-after": "5, 5" }, null],
  [{ "retry-after": "" }, null],
  [{ "retry-after": "Sun, 06 Nov 1994 08:49:47 GMT" }, 10_000],
  [{ "retry-after": "Sun, 06 Nov 1994 09:49:47 GMT", date: "Sun, 06 Nov 1994 09:49:37 GMT" }, 10_000],
  [{ "retry-after": "Sun, 06 Nov 1994 08:49:47 GMT", date: "yesterday" }, 10_000],
  [{ "retry-after": "Sunday, 06-Nov-94 08:49:47 GMT" }, 10_000],
  [{ "retry-after": "Sun Nov  6 08:49:47 1994" }, 10_000],
  [{ "retry-after": "Sun, 06 Nov 1994 08:49:37 GMT" }, null],
  [{ "retry-after": "Sun, 06 Nov 1994 08:49:27 GMT" }, null],
  [{ "retry-after": "Sun, 99 Nov 1994 08:49:47 GMT" }, null],
  [{ "retry-after": "2094-11-06" }, null],
  [{ "retry-after": "tomorrow 5" }, null],
];

test.each(cases)("%j asks for %s ms", (headers, ms) => {
  expect(retryAfter(headers, { now })).toBe(ms);
});
