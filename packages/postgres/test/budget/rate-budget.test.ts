import { AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyWithin, pauseOnRateLimit, RateBudget } from "../../src/budget/rate-budget.ts";
import type { Database } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open-database.ts";
import { migrate } from "../../src/schema/migrations.ts";
import { databases } from "../support/databases.ts";

describe.each(databases)("on %s", (_, target) => {
  let one: Database;
  let url: string;

  beforeAll(async () => {
    url = await target();
    one = await openDatabase(url);
    await migrate(one, { schema: "pageturn" });
  });
  afterAll(() => one.close());

  const msOf = async (act: () => Promise<unknown>) => {
    const begin = performance.now();
    await act();
    return performance.now() - begin;
  };

  test("requests of several workers share one budget, after a burst", async () => {
    const budget = () => new RateBudget({ database: one, key: "a", perMinute: 1200, burst: 5 });
    const workers = [budget(), budget()];
    const ms = await msOf(() =>
      Promise.all(Array.from({ length: 25 }, (_, index) => workers[index % 2]?.take())),
    );
    // 20 requests wait at 20 a second.
    expect(ms).toBeGreaterThan(900);
    const { rows } = await one.query<{ budget_id: string }>("SELECT budget_id FROM pageturn._budgets");
    expect(rows.map(({ budget_id }) => budget_id)).not.toContain("a");
  });

  test("a pause holds for all, another key is free, and a signal ends the wait", async () => {
    const paused = new RateBudget({ database: one, key: "b", perMinute: 60_000 });
    await paused.take();
    await paused.pause(1);
    expect(
      await msOf(() => new RateBudget({ database: one, key: "b", perMinute: 60_000 }).take()),
    ).toBeGreaterThan(900);
    await paused.pause(600);
    await expect(paused.take(AbortSignal.timeout(50))).rejects.toThrow();
    await new RateBudget({ database: one, key: "c", perMinute: 60_000 }).take();
  });

  test("a client takes a turn for each attempt, and 429 pauses the budget", async () => {
    await using server = await startMockServer({ items: 40 });
    await server.setScript([{ fault: "status", status: 429, headers: { "retry-after": "1" }, page: 2 }]);
    const budget = new RateBudget({ database: one, key: "d", perMinute: 60_000, burst: 100 });
    const end = pauseOnRateLimit(budget, server.url);
    try {
      const client = new AsyncAnthropic({ baseURL: server.url, apiKey: keyWithin(budget, server.apiKey) });
      const items = await client.models.list({ limit: 20 }).toArray();
      expect(items).toHaveLength(40);
    } finally {
      end();
    }
    const { rows } = await one.query<{ tokens: number; paused: boolean }>(
      "SELECT tokens, paused_until IS NOT NULL AS paused FROM pageturn._budgets ORDER BY refilled_at DESC LIMIT 1",
    );
    expect(rows[0]?.paused).toBe(true);
  });

  test("a rate of nothing is refused", () => {
    expect(() => new RateBudget({ database: one, key: "a", perMinute: 0 })).toThrow(/must be more than 0/);
  });
});
