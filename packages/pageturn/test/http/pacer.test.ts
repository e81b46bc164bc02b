import { describe, expect, test } from "vitest";
import { Pacer, refusedFor } from "../../src/http/pacer.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const headers = (remaining: string, reset: string) => ({
  "anthropic-ratelimit-requests-remaining": remaining,
  "anthropic-ratelimit-requests-reset": reset,
});

describe("how long the next request would be refused", () => {
  test("not at all while requests remain, or where the headers say nothing", () => {
    expect(refusedFor({}, NOW)).toBe(0);
    expect(refusedFor(headers("1", "2026-11-23T12:00:30Z"), NOW)).toBe(0);
    expect(refusedFor(headers("nonsense", "nonsense"), NOW)).toBe(0);
  });

  test("until the reset, once none remains", () => {
    expect(refusedFor(headers("0", "2026-11-23T12:00:30Z"), NOW)).toBe(30_000);
  });

  test("by the server's clock where the answer carries its date", () => {
    const skewed = { ...headers("0", "2026-11-23T15:00:10Z"), date: "Mon, 23 Nov 2026 15:00:00 GMT" };
    expect(refusedFor(skewed, NOW)).toBe(10_000);
  });

  test("as long as retry-after says, if that is longer", () => {
    expect(refusedFor({ ...headers("0", "2026-11-23T12:00:05Z"), "retry-after": "7" }, NOW)).toBe(7000);
  });

  test("not at all where the reset is past, or further away than anybody would wait", () => {
    expect(refusedFor(headers("0", "2026-11-23T11:59:00Z"), NOW)).toBe(0);
    expect(refusedFor(headers("0", "2026-11-24T12:00:00Z"), NOW)).toBe(0);
  });
});

test("a pacer waits until the latest time it was told, and no longer", () => {
  let now = 1000;
  const pacer = new Pacer(() => now);
  expect(pacer.wait).toBe(0);
  pacer.note({ "retry-after": "3" });
  pacer.note({ "retry-after": "1" });
  expect(pacer.wait).toBe(3000);
  now += 2500;
  expect(pacer.wait).toBe(500);
  now += 1000;
  expect(pacer.wait).toBe(0);
});
