import { AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { describe, expect, it } from "vitest";
import { findList } from "../../src/catalog/find-list.ts";
import { fractionOf } from "../../src/export/progress-fraction.ts";
import { type Retry, watchRetries } from "../../src/export/request-watch.ts";

const at = (time: string) => ({ created_at: time });

/** An export of four days, of which the list `name` has the newest or the oldest item first. */
function days(name: string, starts: readonly string[], more: Record<string, unknown> = {}) {
  const { from = "", to = "" } = findList(name).time ?? {};
  const parts = starts
    .slice(1)
    .map((end, index) => ({ job: { parameters: { [from]: starts[index], [to]: end, ...more } } }));
  return { list: findList(name), maxItems: undefined, parts };
}

describe("fractionOf", () => {
  const bounds = [
    "2026-11-01T00:00:00Z",
    "2026-11-02T00:00:00Z",
    "2026-11-03T00:00:00Z",
    "2026-11-05T00:00:00Z",
  ];
  const plan = days("compliance.activities", bounds);

  it("grows from 0 to 1 in one file, whatever the order", () => {
    const [first = "", , , last = ""] = bounds;
    const newest = fractionOf(days("compliance.activities", [first, last]));
    expect(newest(at("2026-11-05T00:00:00Z"), 1)).toBe(0);
    expect(newest(at("2026-11-04T00:00:00Z"), 1)).toBe(0.25);
    const oldest = fractionOf(days("compliance.activities", [first, last], { order: "asc" }));
    expect(oldest(at("2026-11-04T00:00:00Z"), 1)).toBe(0.75);
  });

  it("grows through the files of a list that has its newest item first", () => {
    const done = ([0, 1, 2] as const).flatMap((index) => {
      const fraction = fractionOf(plan, index);
      const [from = "", to = ""] = bounds.slice(index);
      const middle = new Date((Date.parse(from) + Date.parse(to)) / 2).toISOString();
      return [to, middle, from].map((time) => fraction(at(time), 1));
    });
    expect(done).toEqual([0, 0.125, 0.25, 0.25, 0.375, 0.5, 0.5, 0.75, 1]);
  });

  it("stays between 0 and 1, and is not known without a time, a range or a start", () => {
    const fraction = fractionOf(plan, 2);
    expect(fraction(at("2027-01-01T00:00:00Z"), 1)).toBe(0.5);
    expect(fraction(at("2020-01-01T00:00:00Z"), 1)).toBe(1);
    expect(fraction({}, 1)).toBeUndefined();
    expect(
      fractionOf({ ...plan, parts: [{ job: { parameters: {} } }] })(at("2026-11-01T00:00:00Z"), 1),
    ).toBeUndefined();
    const models = { list: findList("models"), parts: [{ job: { parameters: {} } }] };
    expect(fractionOf({ ...models, maxItems: undefined })({}, 1)).toBeUndefined();
    expect(fractionOf({ ...models, maxItems: 200 })({}, 50)).toBe(0.25);
  });
});

describe("watchRetries", () => {
  it("counts each request that is sent again, with what it has waited for", async () => {
    await using server = await startMockServer({ items: { models: 100 } });
    await server.setScript([
      { fault: "status", status: 429, headers: { "retry-after-ms": "120" }, page: 2, times: 2 },
      { fault: "reset", at: "insideBody", page: 3 },
      { fault: "status", status: 529, headers: { "retry-after-ms": "1" }, page: 4 },
    ]);
    const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey });
    const retries: Retry[] = [];
    const end = watchRetries((retry) => retries.push(retry));
    expect((await client.models.list({ limit: 20 }).toArray()).length).toBe(100);
    end();
    expect(retries.map(({ isRateLimit }) => isRateLimit)).toEqual([true, true, false, false]);
    for (const { waitMs } of retries.slice(0, 2)) {
      expect(waitMs).toBeGreaterThan(100);
      expect(waitMs).toBeLessThan(60_000);
    }
    // The same pages, and nobody is told.
    expect((await client.models.list({ limit: 20 }).toArray()).length).toBe(100);
    expect(retries.length).toBe(4);
    await client.close();
  });
});
