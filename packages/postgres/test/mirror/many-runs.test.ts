import { describe, expect, test } from "vitest";
import { type Database, openDatabase, openMirror, type Queryable } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { FakeAPI } from "../support/fake-api.ts";

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface PlanNode {
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

const DAY = 86_400_000;

/** How many rows all steps of a plan have read. */
function rowsRead(node: PlanNode): number {
  const own = (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
  return own + (node.Plans ?? []).map(rowsRead).reduce((sum, rows) => sum + rows, 0);
}

/** A database that notes the statements that read runs or parts. */
function noting(database: Database, noted: Statement[]): Database {
  const of = (source: Queryable): Queryable => ({
    query(text, values = []) {
      if (/_runs|_parts/.test(text) && /^\s*(?:SELECT|DELETE)/.test(text)) noted.push({ text, values });
      return source.query(text, values);
    },
  });
  return {
    ...database,
    query: of(database).query,
    transaction: (body) => database.transaction((transaction) => body(of(transaction))),
  };
}

describe.each(databases)("a mirror with many runs in %s", async (_, target) => {
  const database = await openShared(target);

  test("reads a few of them to show and to settle its lists", async () => {
    const api = new FakeAPI();
    api.models.set({ id: "m1", created_at: "2026-08-01T00:00:00Z" });
    const noted: Statement[] = [];
    const mirror = await openMirror({ database: noting(database, noted), client: api.client() });
    const names = ["a", "b", "c", "d"];
    for (const name of names) {
      await mirror.add({ list: "models", name });
      await mirror.run(name);
    }
    await database.query(
      `INSERT INTO pageturn._runs (list_id, outcome, new_position, started_at, ended_at, part_count, request)
       SELECT l.list_id, CASE WHEN l.name = 'd' THEN 'incomplete' ELSE 'complete' END, now(), now(), now(), 1, '{}'
       FROM generate_series(1, 5000), pageturn._lists l`,
    );
    noted.length = 0;
    const lists = await mirror.lists();
    expect(lists.map(({ runs }) => runs.length)).toEqual([10, 10, 10, 10]);
    // Five thousand runs ago.
    expect(lists.at(-1)?.lastComplete).toMatchObject({ outcome: "complete", rows: 1 });
    await mirror.run("b");
    await mirror.verify("b");
    expect(noted.length).toBeGreaterThan(5);
    for (const { text, values } of noted) {
      const { rows } = await database.query<{ "QUERY PLAN": readonly { Plan: PlanNode }[] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text.replace(/FOR UPDATE\s*$/, "")}`,
        values,
      );
      const plan = rows[0]?.["QUERY PLAN"][0]?.Plan;
      expect({ text, read: plan === undefined ? null : rowsRead(plan) < 1000 }).toEqual({ text, read: true });
    }
  });

  test("keeps the parts of the last three", async () => {
    const mirror = await openMirror({ database, client: new FakeAPI().client() });
    await mirror.add({ list: "models", name: "parts" });
    for (let run = 0; run < 6; run += 1) await mirror.run("parts");
    const { rows } = await database.query<{ kept: number }>(
      `SELECT count(*)::int AS kept FROM pageturn._parts JOIN pageturn._runs USING (run_id)
       JOIN pageturn._lists USING (list_id) WHERE name = 'parts'`,
    );
    expect(rows).toEqual([{ kept: 3 }]);
  });
});

test("a snapshot in a folder does not grow with each run", async () => {
  const database = await openDatabase((await databases[1]?.[1]()) ?? "");
  const api = new FakeAPI();
  api.pageSize = 1000;
  for (let model = 0; model < 1000; model += 1)
    api.models.set({ id: `m${model}`, created_at: "2026-08-01T00:00:00Z" });
  const clock = { now: Date.parse("2026-09-01T00:00:00Z") };
  const mirror = await openMirror({ database, client: api.client(), now: () => new Date(clock.now) });
  await mirror.add({ list: "models" });
  const sizes: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    await mirror.run("models");
    const { rows } = await database.query<{ size: number }>(
      "SELECT pg_total_relation_size('pageturn.models')::int AS size",
    );
    sizes.push(rows[0]?.size ?? 0);
    clock.now += DAY;
  }
  expect(sizes[4]).toBe(sizes[2]);
  await database.close();
});
