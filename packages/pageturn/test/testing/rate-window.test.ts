import { describe, expect, it } from "vitest";
import { RateWindow } from "../../src/testing/rate-window.ts";

describe("a rate window", () => {
  it("opens with the first request and refuses those beyond its number until it ends", () => {
    const rate = new RateWindow({ requests: 2, windowMs: 1500 });
    expect([1000, 1001, 1002].map((now) => rate.take(now).allowed)).toEqual([true, true, false]);
    expect(rate.take(2499).headers).toEqual({
      "anthropic-ratelimit-requests-limit": "2",
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "1970-01-01T00:00:02.500Z",
      "retry-after": "1",
    });
    expect(rate.take(2500).allowed).toBe(true);
  });

  it("is a minute long where nothing else is said", () => {
    const rate = new RateWindow({ requests: 0 });
    expect(rate.take(0).headers["retry-after"]).toBe("60");
  });
});
