import { AsyncAnthropic } from "pageturn";
import { describe, expect, test } from "vitest";
import { openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { readRows } from "../support/read-rows.ts";

const DAY = "2026-09-01T00:00:00Z";
const NOW = new Date("2026-09-01T12:00:00Z");

describe.each(databases)("rows of a report with equal dimensions, in %s,", async (_, target) => {
  const database = await openShared(target);
  let count = 0;

  /** A mirror of a report whose answer has these pages. */
  async function setUp(list: string, pages: unknown[][]) {
    count += 1;
    const schema = `equal_${count}`;
    /** The page that is answered with status 500, once. */
    const fault = { page: Number.NaN };
    const client = new AsyncAnthropic({
      apiKey: "none",
      maxRetries: 0,
      fetch: async (input) => {
        const page = Number(new URL(String(input)).searchParams.get("page") ?? 0);
        if (page === fault.page) {
          fault.page = Number.NaN;
          return Response.json({ error: { type: "api_error", message: "down" } }, { status: 500 });
        }
        const has_more = page + 1 < pages.length;
        const next_page = has_more ? String(page + 1) : null;
        return Response.json({ data: pages[page], has_more, next_page });
      },
    });
    const mirror = await openMirror({ database, schema, client, now: () => NOW });
    const { table } = await mirror.add({ list, name: "report", since: new Date(DAY), history: true });
    const read = async () => {
      const rows = await readRows(database, `${schema}.${table}`);
      return rows.map(({ _key, _raw }) => [_key, JSON.stringify(_raw)] as const);
    };
    return { mirror, fault, read, history: `${schema}.${table}_history` };
  }

  const row = (added: number) => ({
    actor: { type: "user_actor", email_address: "a@b.c" },
    date: DAY,
    core_metrics: { num_sessions: added, lines_of_code: { added, removed: 0 } },
  });

  test("are all there, each time by the same keys", async () => {
    const pages = [
      [row(1), row(2)],
      [row(2), row(3)],
    ];
    const { mirror, fault, read, history } = await setUp("organization.usage_report.claude_code", pages);
    expect(await mirror.run("report")).toMatchObject({ outcome: "complete", rows: 4, added: 4 });
    const first = await read();
    expect(new Set(first.map(([key]) => key)).size).toBe(4);
    expect(first.map(([, raw]) => JSON.parse(raw).core_metrics.num_sessions).toSorted()).toEqual([
      1, 2, 2, 3,
    ]);
    // A run that is interrupted between the pages numbers them as before.
    fault.page = 1;
    await expect(mirror.run("report")).rejects.toMatchObject({ status: 500 });
    expect(await mirror.run("report")).toMatchObject({ outcome: "complete", rows: 4, added: 0, changed: 0 });
    expect(await read()).toEqual(first);
    expect(await mirror.verify("report")).toMatchObject({ compared: 4, missing: 0, extra: 0, different: 0 });
    // One is restated, and another one is gone.
    pages[0] = [row(1), row(9)];
    pages[1]?.pop();
    expect(await mirror.run("report")).toMatchObject({ rows: 3, changed: 1, deleted: 1 });
    const sums = (await read()).map(([, raw]) => JSON.parse(raw).core_metrics.num_sessions);
    expect(sums.toSorted()).toEqual([1, 2, 9]);
    expect((await database.query(`SELECT 1 FROM ${history}`)).rows).toHaveLength(1);
  });

  test("are all there if a bucket is in two pages", async () => {
    const bucket = (...tokens: number[]) => ({
      starting_at: DAY,
      ending_at: "2026-09-02T00:00:00Z",
      results: tokens.map((output_tokens) => ({ model: "m", output_tokens })),
    });
    const { mirror, read } = await setUp("organization.usage_report.messages", [
      [bucket(1, 2), bucket(3)],
      [bucket(4)],
    ]);
    expect(await mirror.run("report")).toMatchObject({ outcome: "complete", rows: 4, added: 4 });
    const first = await read();
    expect(first.map(([, raw]) => JSON.parse(raw).output_tokens).toSorted()).toEqual([1, 2, 3, 4]);
    expect(await mirror.run("report")).toMatchObject({ outcome: "complete", added: 0, changed: 0 });
    expect(await read()).toEqual(first);
  });
});
