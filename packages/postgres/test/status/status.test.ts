import { AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../src/database/open-database.ts";
import { openMirror } from "../../src/mirror/mirror.ts";
import { mirrorStatus } from "../../src/status/mirror-status.ts";
import { prometheusText } from "../../src/status/prometheus.ts";
import { serveStatus } from "../../src/status/status-server.ts";
import { databases } from "../support/databases.ts";

describe.each(databases)("the status on %s", (_, target) => {
  test("names rows, lag, errors and the next run of each list, on a page, as JSON and for Prometheus", async () => {
    await using server = await startMockServer({ items: 30 });
    const database = await openDatabase(await target());
    const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey, maxRetries: 0 });
    const mirror = await openMirror({ database, client });
    await mirror.add({ list: "models", name: 'a "quoted"\\ list' });
    await mirror.add({ list: "organization.users" });
    await mirror.run('a "quoted"\\ list');
    await server.setScript([{ fault: "status", status: 400, path: "/v1/organizations/users" }]);
    await expect(mirror.run("organization.users")).rejects.toThrow(/400/);

    const [models, users] = mirrorStatus(await mirror.lists());
    expect(models).toMatchObject({ state: "good", rows: 30, errors: 0, lastError: null });
    expect(models?.lag).toBeLessThan(60);
    expect(users).toMatchObject({ state: "running", rows: 0, lag: null, errors: 1, lastComplete: null });
    expect(users?.lastError).toMatch(/400/);

    const status = await serveStatus(mirror, { port: 0 });
    try {
      expect(status.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      const page = await fetch(status.url);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(await page.text()).toContain("<h1>Mirror</h1>");
      const { lists } = (await (await fetch(`${status.url}status.json`)).json()) as { lists: unknown[] };
      expect(lists).toHaveLength(2);
      const metrics = await (await fetch(`${status.url}metrics`)).text();
      expect(metrics).toContain('pageturn_mirror_rows{list="a \\"quoted\\"\\\\ list"} 30\n');
      expect(metrics).toContain("# TYPE pageturn_mirror_lag_seconds gauge\n");
      expect(metrics).not.toContain('lag_seconds{list="organization.users"}');
      expect((await fetch(`${status.url}other`)).status).toBe(404);
      expect((await fetch(status.url, { method: "POST" })).status).toBe(405);
    } finally {
      await status.close();
    }
    await client.close();
    await database.close();
  });
});

test("a list that is due for longer than its interval is late, and one whose last run was incomplete fails", () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
  const run = { outcome: "complete", pages: 1, errors: 0, lastError: null } as const;
  const list = { every: 60, nextRunAt: at(0), position: at(-60), newFields: [], lastComplete: null, rows: 1 };
  const stateOf = (runs: readonly object[], now: number) =>
    // The cast: only what the status reads.
    mirrorStatus([{ ...list, name: "x", mode: "feed", runs } as never], at(now))[0]?.state;
  expect(stateOf([], 0)).toBe("new");
  expect(stateOf([run], 30)).toBe("good");
  expect(stateOf([run], 90)).toBe("late");
  expect(stateOf([{ ...run, outcome: "incomplete" }], 30)).toBe("failing");
  expect(stateOf([{ ...run, outcome: "open" }], 90)).toBe("running");
  expect(prometheusText([])).toContain("# HELP pageturn_mirror_rows ");
});
