import { expect, test } from "vitest";
import { API_RULES, rateLimitWait } from "../../src/anthropic/api-rules.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const headers = (remaining: string, reset: string) => ({
  "anthropic-ratelimit-requests-remaining": remaining,
  "anthropic-ratelimit-requests-reset": reset,
});

test("the next request is not refused while requests remain, or where the headers say nothing", () => {
  expect(rateLimitWait({}, NOW)).toBe(0);
  expect(rateLimitWait(headers("1", "2026-11-23T12:00:30Z"), NOW)).toBe(0);
  expect(rateLimitWait(headers("nonsense", "nonsense"), NOW)).toBe(0);
});

test("it is refused until the reset, once none remains", () => {
  expect(rateLimitWait(headers("0", "2026-11-23T12:00:30Z"), NOW)).toBe(30_000);
  expect(rateLimitWait(headers("0", "2026-11-23T11:59:00Z"), NOW)).toBe(0);
});

test("the reset is compared with the server's clock where the answer has a date", () => {
  const skewed = { ...headers("0", "2026-11-23T15:00:10Z"), date: "Mon, 23 Nov 2026 15:00:00 GMT" };
  expect(rateLimitWait(skewed, NOW)).toBe(10_000);
});

const error = (type: unknown) => ({ type: "error", error: { type, message: "no" } });

test.each([
  [error("invalid_request_error"), 400],
  [error("authentication_error"), 401],
  [error("billing_error"), 402],
  [error("permission_error"), 403],
  [error("not_found_error"), 404],
  [error("conflict_error"), 409],
  [error("request_too_large"), 413],
  [error("rate_limit_error"), 429],
  [error("api_error"), 500],
  [error("timeout_error"), 504],
  [error("overloaded_error"), 529],
  [error("a_type_of_tomorrow"), 200],
  [error("constructor"), 200],
  [error(7), 200],
  [{ type: "error", error: "no" }, null],
  [{ type: "list", error: {}, data: [] }, null],
  [{ data: [], has_more: false }, null],
  [[], null],
  [null, null],
])("the body %j under a 200 stands for %s", (body, status) => {
  expect(API_RULES.errorStatus?.(body, 200)).toBe(status);
});
