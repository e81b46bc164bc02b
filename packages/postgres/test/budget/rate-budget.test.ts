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

  /** A function that reads the tokens of the next budget that is made, and rejects while there is none: a poll goes on then. */
  const tokensOfNext = async () => {
    const { rows } = await one.query<{ budget_id: string }>("SELECT budget_id FROM pageturn._budgets");
    const known = rows.map(({ budget_id }) => budget_id);
    return async () => {
      const sql = "SELECT tokens FROM pageturn._budgets WHERE budget_id <> ALL ($1::text[])";
      const [own] = (await one.query<{ tokens: number }>(sql, [known])).rows;
      if (own === undefined) throw new Error("The budget has no row");
      return Number(own.tokens);
    };
  };

  test("requests of several workers share one budget, after a burst", async () => {
    const budget = () => new RateBudget({ database: one, key: "a", perMinute: 1200, burst: 5 });
    const workers = [budget(), budget()];
    const ms = await msOf(() =>
      Promise.all(Array.from({ length: 25 }, (_, index) => workers[index % 2]?.take())),
    );
    // 20 requests wait at 20 a second.
    expect(ms).toBeGreaterThan(900);
    for (const worker of workers) await worker.close();
    const { rows } = await one.query<{ budget_id: string }>("SELECT budget_id FROM pageturn._budgets");
    expect(rows.map(({ budget_id }) => budget_id)).not.toContain("a");
  });

  test("a long pause is reported once, to a request that begins in it and to one that waits already", async () => {
    const ends: Date[] = [];
    let answers = 0;
    const counted: Database = {
      ...one,
      async query<R extends object>(text: string, values?: readonly unknown[]) {
        const result = await one.query<R>(text, values);
        answers += 1;
        return result;
      },
    };
    const options = { database: counted, key: "reported", onPause: (until: Date) => ends.push(until) };
    const budget = new RateBudget(options);
    const other = new RateBudget({ ...options, database: one, onPause: () => {} });
    await other.take();
    await other.pause(3);
    // It waits for the short pause, of which nothing is said.
    const aborts = new AbortController();
    const waiting = budget.take(aborts.signal).catch(() => {});
    await expect.poll(() => answers).toBe(1);
    expect(ends).toEqual([]);
    await other.pause(600);
    const others = [1, 2, 3].map(() => budget.take(aborts.signal).catch(() => {}));
    // Each of the three has seen the long pause, and so has the first one after the short one.
    await expect.poll(() => answers).toBe(5);
    aborts.abort();
    await Promise.all([waiting, ...others]);
    expect(ends).toHaveLength(1);
    const seconds = ((ends[0]?.getTime() ?? 0) - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(500);
    expect(seconds).toBeLessThan(601);
    await budget.close();
    await other.close();
  });

  test("a rate holds for processes without one, and for those with a higher one, until it is closed", async () => {
    const options = { database: one, key: "e" };
    const free = new RateBudget(options);
    const slow = new RateBudget({ ...options, perMinute: 120, burst: 5 });
    const fast = new RateBudget({ ...options, perMinute: 60_000 });
    // At 2 a second, they would take 22 seconds.
    expect(await msOf(() => Promise.all(Array.from({ length: 50 }, () => free.take())))).toBeLessThan(20_000);
    await slow.hold();
    const budgets = [free, slow, fast];
    const ms = await msOf(() =>
      Promise.all(Array.from({ length: 8 }, (_, index) => budgets[index % 3]?.take())),
    );
    // At 2 a second, with 5 at once at most.
    expect(ms).toBeGreaterThan(1400);
    // The process was killed.
    await one.query("UPDATE pageturn._rates SET until = clock_timestamp() WHERE per_second = 2");
    const begin = performance.now();
    await Promise.all(Array.from({ length: 50 }, () => fast.take()));
    expect(performance.now() - begin).toBeLessThan(20_000);
    await slow.close();
    await fast.close();
    expect((await one.query("SELECT 1 FROM pageturn._rates")).rows).toEqual([]);
    await free.close();
  });

  test("a rate that has run out while the database was away holds again with the next request", async () => {
    const budget = new RateBudget({ database: one, key: "h", perMinute: 1200, burst: 5 });
    await budget.hold();
    await one.query("UPDATE pageturn._rates SET until = clock_timestamp() - interval '1 second'");
    const ms = await msOf(() => Promise.all(Array.from({ length: 25 }, () => budget.take())));
    // 20 requests wait at 20 a second.
    expect(ms).toBeGreaterThan(900);
    const held = "SELECT 1 FROM pageturn._rates WHERE until > clock_timestamp()";
    expect((await one.query(held)).rows).toHaveLength(1);
    await budget.close();
  });

  test("a budget that is closed waits for its sign of life, and holds no rate afterwards", async () => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let asked = 0;
    const slow: Database = {
      ...one,
      async query(text, values) {
        asked += 1;
        if (asked === 1) await answered;
        return one.query(text, values);
      },
    };
    const budget = new RateBudget({ database: slow, key: "i", perMinute: 60 });
    const held = budget.hold();
    const closed = budget.close();
    answer();
    await Promise.all([held, closed]);
    await expect(budget.hold()).rejects.toThrow("closed");
    await expect(budget.take()).rejects.toThrow("closed");
    expect((await one.query("SELECT 1 FROM pageturn._rates")).rows).toEqual([]);
  });

  test("a budget that is closed ends its waits, and gives its turns back", async () => {
    const options = { database: one, key: "f", perMinute: 6, burst: 1 };
    const tokens = await tokensOfNext();
    const ended = new RateBudget(options);
    await ended.take();
    const waits = Array.from({ length: 60 }, () => ended.take());
    const left = Promise.allSettled(waits);
    await expect.poll(tokens).toBeLessThan(-50);
    await ended.close();
    expect((await left).filter(({ status }) => status === "rejected").length).toBeGreaterThan(50);
    // All but the one that was used.
    expect(await tokens()).toBeGreaterThanOrEqual(0);
  });

  test("a turn waits for a database that is away, and not after its budget is closed", async () => {
    let failures = 3;
    const away: Database = {
      ...one,
      query: (text, values) => {
        failures -= 1;
        if (failures < 0) return one.query(text, values);
        throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      },
    };
    const budget = new RateBudget({ database: away, key: "g", perMinute: 60_000 });
    await budget.take();
    expect(failures).toBeLessThan(0);
    failures = Number.POSITIVE_INFINITY;
    const left = budget.take().catch((error: unknown) => error);
    const closed = budget.close().catch((error: unknown) => error);
    expect(await left).toMatchObject({ code: "ECONNREFUSED" });
    expect(await closed).toMatchObject({ code: "ECONNREFUSED" });
    failures = 0;
    await budget.close();
    // What another statement cannot mend is thrown at once.
    const none = new RateBudget({ database: one, schema: "none", key: "g" });
    await expect(none.take()).rejects.toMatchObject({ code: "42P01" });
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

  test("a pause moves the requests that wait for their turn already, and keeps them apart", async () => {
    const options = { database: one, key: "j", perMinute: 240, burst: 1 };
    const budget = new RateBudget(options);
    const tokens = await tokensOfNext();
    const begin = performance.now();
    const taken: number[] = [];
    const turns = Array.from({ length: 16 }, async () => {
      await budget.take();
      taken.push(performance.now());
    });
    await expect.poll(tokens).toBeLessThan(-2);
    const asked = performance.now();
    await budget.pause(1);
    // As the answers to two requests at once ask for it.
    await new RateBudget(options).pause(1);
    // Turns that come before the pause has begun are not in it.
    const { length: before } = taken;
    const late = new RateBudget(options).take().then(() => performance.now());
    await Promise.all(turns);
    // It may have asked before the last ones of the others.
    const moved = [...taken.slice(before), await late].toSorted((a, b) => a - b);
    expect(moved.length).toBeGreaterThan(3);
    // At 4 a second, and a second later. A busy machine takes turns late, and none early.
    const due = (turn: number) => begin + turn * 250 + 950;
    for (const [at, time] of moved.entries()) {
      expect(time).toBeGreaterThan(asked + 950);
      expect(time).toBeGreaterThan(due(before + at));
    }
    expect(await late).toBeLessThan(asked + 20_000);
    await budget.close();
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

  test("a request that is given up gives its turn back", async () => {
    const tokens = await tokensOfNext();
    const budget = new RateBudget({ database: one, key: "k", perMinute: 0.6, burst: 1 });
    await budget.take();
    const aborts = new AbortController();
    const client = new AsyncAnthropic({
      apiKey: keyWithin(budget, "sk"),
      fetch: async () => {
        throw new Error("No request is sent");
      },
    });
    const lists = [1, 2, 3].map(() => client.models.list({}, { signal: aborts.signal }).toArray());
    const left = Promise.allSettled(lists);
    await expect.poll(tokens).toBeLessThan(-2);
    aborts.abort();
    expect((await left).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await expect.poll(tokens).toBeGreaterThanOrEqual(0);
    // A request that comes now is the next one.
    const end = new AbortController();
    const wait = budget.take(end.signal).catch(() => {});
    await expect.poll(tokens).toBeLessThan(0);
    expect(await tokens()).toBeGreaterThanOrEqual(-1);
    end.abort();
    await wait;
    await budget.close();
  });

  test("what a clock that was ahead has written holds nothing up", async () => {
    const dead = new RateBudget({ database: one, key: "l", perMinute: 1 });
    await dead.take();
    const ahead = "clock_timestamp() + interval '10 days'";
    await one.query(`UPDATE pageturn._rates SET until = ${ahead}`);
    await one.query(`UPDATE pageturn._budgets SET paused_until = ${ahead}, refilled_at = ${ahead}`);
    const budget = new RateBudget({ database: one, key: "l", perMinute: 60_000 });
    expect(await msOf(() => Promise.all([1, 2, 3].map(() => budget.take())))).toBeLessThan(60_000);
    await budget.pause(1);
    expect(await msOf(() => budget.take())).toBeGreaterThan(900);
    await budget.close();
    await dead.close();
  });

  test("a rate of nothing is refused", () => {
    expect(() => new RateBudget({ database: one, key: "a", perMinute: 0 })).toThrow(/must be more than 0/);
  });
});
