import { expect, test } from "vitest";
import { APITimeoutError, APIUserAbortError } from "../../src/errors/api-error.ts";
import { statusError } from "../../src/errors/api-status-error.ts";
import {
  isRetryable,
  MAX_RETRY_AFTER_MS,
  type RetrySituation,
  retryDelay,
} from "../../src/http/retry-policy.ts";

const NOW = Date.UTC(2026, 0, 1);

function delay(changes: Partial<RetrySituation>): number | null {
  return retryDelay({
    status: 503,
    headers: {},
    retriesMade: 0,
    maxRetries: 2,
    now: NOW,
    random: 0,
    ...changes,
  });
}

test.each([408, 409, 429, 500, 502, 503, 504, 529, 599, null])("status %s is tried again", (status) => {
  expect(delay({ status })).toBe(500);
});

test.each([200, 204, 301, 304, 400, 401, 402, 403, 404, 413, 422])(
  "status %s is not tried again",
  (status) => {
    expect(delay({ status })).toBeNull();
  },
);

test("x-should-retry overrides the status both ways, in its exact text", () => {
  expect(delay({ status: 400, headers: { "x-should-retry": "true" } })).toBe(500);
  expect(delay({ status: 503, headers: { "x-should-retry": "false" } })).toBeNull();
  expect(delay({ status: 400, headers: { "x-should-retry": "True" } })).toBeNull();
  expect(delay({ status: 503, headers: { "x-should-retry": "no" } })).toBe(500);
});

test("a good answer is never asked for again, whatever x-should-retry says", () => {
  expect(delay({ status: 200, headers: { "x-should-retry": "true" } })).toBeNull();
});

test("an error says whether its request is sent again", () => {
  const request = { method: "GET", url: "http://127.0.0.1/v1/models" };
  const of = (status: number, headers: Record<string, string> = {}) =>
    isRetryable(
      statusError("failed", {
        request,
        status,
        headers: new Headers(headers),
        requestId: null,
        type: null,
        body: "",
      }),
    );
  expect([408, 409, 429, 500, 529].map((status) => of(status))).toEqual([true, true, true, true, true]);
  expect([301, 400, 401, 404].map((status) => of(status))).toEqual([false, false, false, false]);
  expect(of(400, { "x-should-retry": "true" })).toBe(true);
  expect(of(503, { "x-should-retry": "false" })).toBe(false);
  expect(isRetryable(new APITimeoutError("late", { request }))).toBe(true);
  expect(isRetryable(new APIUserAbortError("left", { request }))).toBe(false);
  expect(isRetryable(new Error("no request"))).toBe(false);
});

test("there are no more retries than allowed", () => {
  expect(delay({ retriesMade: 1 })).not.toBeNull();
  expect(delay({ retriesMade: 2 })).toBeNull();
  expect(delay({ maxRetries: 0 })).toBeNull();
  expect(delay({ maxRetries: 0, headers: { "x-should-retry": "true" } })).toBeNull();
});

test("the back-off doubles from 0.5 s to 8 s, times a factor in (0.75, 1]", () => {
  const waits = [0, 1, 2, 3, 4, 5, 1000].map((retriesMade) => delay({ retriesMade, maxRetries: 9999 }));
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
  expect(delay({ random: 0.5 })).toBe(437.5);
  expect(delay({ random: 1 - 2 ** -20 })).toBeGreaterThan(375);
});

test("the wait that the server asks for is kept in full, without a factor", () => {
  expect(delay({ headers: { "retry-after": "120" }, random: 0.9 })).toBe(120_000);
  expect(delay({ status: null, headers: {} })).toBe(500);
});

test("a wait beyond the cap means no further attempt", () => {
  expect(delay({ headers: { "retry-after": "600" } })).toBe(MAX_RETRY_AFTER_MS);
  expect(delay({ headers: { "retry-after": "600.001" } })).toBeNull();
  expect(delay({ headers: { "retry-after": "9".repeat(400) } })).toBeNull();
});

test("an unusable wait falls back to the back-off", () => {
  expect(delay({ headers: { "retry-after": "soon" } })).toBe(500);
  expect(delay({ headers: { "retry-after": "0" } })).toBe(500);
});
