import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase, openMirror } from "../../src/index.ts";
import { databases } from "../support/databases.ts";
import { FakeAPI } from "../support/fake-api.ts";

const START = Date.parse("2026-09-01T00:00:00Z");
const MINUTE = 60_000;

describe.each(databases)("tables of lists in %s", (_, target) => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase(await target());
  });
  afterAll(async () => {
    await database.close();
  });

  async function setUp(schema: string) {
    const api = new FakeAPI();
    const clock = { now: START };
    const mirror = await openMirror({
      database,
      schema,
      client: api.client(),
      now: () => new Date(clock.now),
    });
    api.models.set({ id: "m1", created_at: "2026-08-01T00:00:00Z" });
    return { api, clock, mirror };
  }

  test("a removed list drops its own tables only", async () => {
    const { mirror } = await setUp("own");
    await mirror.add({ list: "models", name: "x" });
    const other = await mirror.add({ list: "models", name: "x_history" });
    await mirror.run("x_history");
    await mirror.remove("x", { drop: true });
    const { rows } = await database.query<{ id: string }>(`SELECT id FROM "own"."${other.table}"`);
    expect(rows).toEqual([{ id: "m1" }]);
  });

  test.each(["short", "a schema with a long name ".repeat(4)])(
    "no two lists share a table, in the schema %j",
    async (schema) => {
      const { mirror } = await setUp(schema);
      const tables = [
        await mirror.add({ list: "models", name: "a.b", history: true }),
        await mirror.add({ list: "models", name: "a_b", history: true }),
        await mirror.add({ list: "models", name: "a_b_history", history: true }),
        await mirror.add({ list: "models", name: "_lists" }),
      ].flatMap(({ table }) => [table, `${table}_history`]);
      expect(new Set([...tables, "_lists"]).size).toBe(tables.length + 1);
    },
  );

  test("a list that is added again begins with an empty table, however often", async () => {
    const { mirror } = await setUp("again");
    const tables = new Set<string>();
    for (let time = 0; time < 4; time += 1) {
      tables.add((await mirror.add({ list: "models" })).table);
      expect((await mirror.run("models")).added).toBe(1);
      await mirror.remove("models");
    }
    expect(tables.size).toBe(4);
  });

  test("verify of a feed leaves out what an incomplete run has added after the position", async () => {
    const { api, clock, mirror } = await setUp("after");
    const add = (id: string, time: number) =>
      api.activities.set({ id, created_at: new Date(time).toISOString() });
    add("old", START - 60 * MINUTE);
    await mirror.add({ list: "compliance.activities", name: "feed", since: new Date(START - 120 * MINUTE) });
    expect((await mirror.run("feed")).outcome).toBe("complete");
    clock.now += 30 * MINUTE;
    for (let index = 0; index < 5; index += 1) add(`new ${index}`, START + index * MINUTE);
    // The second page announces more and names no cursor.
    api.answer = ({ searchParams }) =>
      searchParams.has("after_id")
        ? Response.json({ data: [], has_more: true, first_id: null, last_id: null })
        : undefined;
    expect((await mirror.run("feed")).outcome).toBe("incomplete");
    api.answer = () => undefined;
    expect(await mirror.verify("feed")).toMatchObject({ complete: true, missing: 0, extra: 0, different: 0 });
    expect((await mirror.run("feed")).outcome).toBe("complete");
    expect(await mirror.verify("feed")).toMatchObject({ compared: 6, missing: 0, extra: 0, different: 0 });
  });
});
