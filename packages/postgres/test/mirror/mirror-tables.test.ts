import { describe, expect, test } from "vitest";
import { openDatabase, openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { FakeAPI } from "../support/fake-api.ts";

const START = Date.parse("2026-09-01T00:00:00Z");
const MINUTE = 60_000;

describe.each(databases)("tables of lists in %s", async (_, target) => {
  const database = await openShared(target);

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

  test("a column that the catalog gains is filled from the items, in the history as well", async () => {
    const { api, clock, mirror } = await setUp("gains");
    await mirror.add({ list: "models", history: true });
    const name = (display_name: string) =>
      api.models.set({ id: "m1", created_at: "2026-08-01T00:00:00Z", display_name });
    name("first");
    await mirror.run("models");
    name("second \0");
    clock.now += MINUTE;
    await mirror.run("models");
    const read = async () => {
      const names: unknown[] = [];
      for (const table of ["models", "models_history"]) {
        const { rows } = await database.query(`SELECT display_name, created_at FROM "gains"."${table}"`);
        names.push(...rows);
      }
      return names;
    };
    const before = await read();
    expect(before).toMatchObject([{ display_name: "second \uFFFD" }, { display_name: "first" }]);
    for (const table of ["models", "models_history"])
      await database.query(`ALTER TABLE "gains"."${table}" DROP COLUMN display_name, DROP COLUMN created_at`);
    const again = await openMirror({ database, schema: "gains", client: api.client() });
    expect(await read()).toEqual(before);
    expect(await again.run("models")).toMatchObject({ added: 0, changed: 0 });
  });

  test("rows that are equal are not written again: those of a feed not at all", async () => {
    const { api, clock, mirror } = await setUp("equal");
    for (const id of ["a1", "a2"]) api.activities.set({ id, created_at: "2026-08-31T23:30:00Z" });
    await mirror.add({ list: "compliance.activities", name: "feed" });
    await mirror.add({ list: "models", name: "set" });
    const versions = async (table: string) => {
      const { rows } = await database.query(
        `SELECT _seen_run, _changed_at, xmin::text AS version FROM "equal"."${table}" ORDER BY _key`,
      );
      return rows;
    };
    await mirror.run("feed");
    await mirror.run("set");
    const before = [await versions("feed"), await versions("set")];
    clock.now += 5 * MINUTE;
    expect(await mirror.run("feed")).toMatchObject({ rows: 2, added: 0, changed: 0 });
    const { runId } = await mirror.run("set");
    expect(await versions("feed")).toEqual(before[0]);
    const [seen] = await versions("set");
    expect(Number(seen?.["_seen_run"])).toBe(runId);
    expect(seen?.["_changed_at"]).toEqual(before[1]?.[0]?.["_changed_at"]);
  });

  test("verify compares items as they are stored", async () => {
    const { mirror } = await setUp("stored");
    await mirror.add({ list: "models" });
    await mirror.run("models");
    await database.query(`UPDATE "stored".models SET _raw = _raw || '{"display_name":"other"}'`);
    expect(await mirror.verify("models")).toMatchObject({ different: 1, missing: 0, extra: 0 });
    // As the README says.
    await database.query(`UPDATE "stored".models SET _hash = ''`);
    await mirror.run("models");
    expect(await mirror.verify("models")).toMatchObject({ different: 0, missing: 0, extra: 0 });
  });

  test("verify finds each column that somebody has changed", async () => {
    const { api, mirror } = await setUp("changed");
    api.models.set({
      id: "m1",
      created_at: "2026-08-01T00:00:00Z",
      display_name: "one \0",
      max_tokens: 10,
      capabilities: { batch: { supported: true } },
    });
    api.models.set({ id: "m2", created_at: "2026-08-02T00:00:00Z" });
    api.models.set({ id: "m3", created_at: "not a time", max_tokens: "not a number", display_name: 3 });
    await mirror.add({ list: "models" });
    await mirror.run("models");
    expect(await mirror.verify("models")).toMatchObject({ compared: 3, different: 0 });
    const { rows } = await database.query<{ name: string; type: string }>(
      `SELECT column_name::text AS name, data_type::text AS type FROM information_schema.columns
       WHERE table_schema = 'changed' AND table_name = 'models' AND column_name NOT LIKE '\\_%'`,
    );
    expect(rows.length).toBeGreaterThan(5);
    const values: Readonly<Record<string, string>> = {
      text: "'changed'",
      numeric: "-1",
      boolean: "false",
      jsonb: `'{"changed":1}'`,
      "timestamp with time zone": "'2001-01-01T00:00:00Z'",
    };
    const own = [
      { name: "_bucket", type: "timestamp with time zone" },
      { name: "_parent", type: "text" },
      { name: "_exact", type: "text" },
    ];
    for (const { name, type } of [...rows, ...own]) {
      await database.query(`UPDATE "changed".models SET "${name}" = ${values[type]} WHERE _key = '["m2"]'`);
      expect({ column: name, ...(await mirror.verify("models")) }).toMatchObject({
        column: name,
        different: 1,
        differences: [{ key: '["m2"]', kind: "different" }],
      });
      await database.query(`UPDATE "changed".models SET _hash = '' WHERE _key = '["m2"]'`);
      await mirror.run("models");
      expect(await mirror.verify("models")).toMatchObject({ different: 0 });
    }
    await database.query(`UPDATE "changed".models SET max_tokens = NULL, created_at = now()`);
    expect(await mirror.verify("models")).toMatchObject({ compared: 3, different: 3 });
  });

  test("verify finds rows that the API no longer has, also those that an open run has seen", async () => {
    const { api, clock, mirror } = await setUp("seen");
    for (const id of ["m2", "m3", "m4", "m5"])
      api.models.set({ id, created_at: `2026-08-0${id[1]}T00:00:00Z` });
    for (const id of ["a1", "a2", "a3", "a4"])
      api.activities.set({ id, created_at: `2026-08-31T23:3${id[1]}:00Z` });
    await mirror.add({ list: "models" });
    await mirror.add({ list: "compliance.activities", name: "feed" });
    await mirror.run("models");
    await mirror.run("feed");
    clock.now += 10 * MINUTE;
    // They arrive late, and the open run has the first page.
    for (const id of ["b1", "b2"]) api.activities.set({ id, created_at: `2026-08-31T23:4${id[1]}:00Z` });
    for (const name of ["models", "feed"]) {
      api.failAfter = 1;
      await expect(mirror.run(name)).rejects.toThrow();
      api.failAfter = Number.POSITIVE_INFINITY;
      expect((await mirror.list(name)).runs[0]).toMatchObject({ outcome: "open", rows: 3 });
      expect(await mirror.verify(name)).toMatchObject({ complete: true, missing: 0, extra: 0, different: 0 });
    }
    api.models.delete("m5");
    api.activities.delete("b2");
    expect(await mirror.verify("models")).toMatchObject({ differences: [{ key: '["m5"]', kind: "extra" }] });
    expect(await mirror.verify("feed")).toMatchObject({ differences: [{ key: '["b2"]', kind: "extra" }] });
  });

  test("verify leaves out what a run adds in the meantime", async () => {
    const { api, mirror } = await setUp("meantime");
    for (const id of ["m2", "m3", "m4", "m5"])
      api.models.set({ id, created_at: `2026-08-0${id[1]}T00:00:00Z` });
    await mirror.add({ list: "models" });
    await mirror.run("models");
    let isAdded = false;
    api.onRequest = async ({ searchParams }) => {
      if (!searchParams.has("after_id") || isAdded) return;
      isAdded = true;
      api.models.set({ id: "new", created_at: "2026-08-31T00:00:00Z" });
      expect(await mirror.run("models")).toMatchObject({ added: 1 });
    };
    expect(await mirror.verify("models")).toMatchObject({ compared: 5, missing: 0, extra: 0, different: 0 });
  });

  test.each([1000, 3000, 100_000])("items nested %i levels deep are stored whole", async (levels) => {
    const { api, mirror } = await setUp(`deep ${levels}`);
    const deep = `${'{"a":['.repeat(levels / 2)}"end \\u0000"${"]}".repeat(levels / 2)}`;
    // A field of the catalog, one that it does not know, and an item without an id.
    const models = [
      `{"id":"m1","display_name":"one","capabilities":${deep}}`,
      `{"id":"m2","display_name":"two","new_field":${deep}}`,
      `{"display_name":"three","new_field":${deep}}`,
      `{"id":"m4","display_name":"four"}`,
    ];
    const bucket = `{"starting_at":"2026-08-31T00:00:00Z","ending_at":"2026-09-01T00:00:00Z","results":[{"model":"a","place":${deep},"output_tokens":1}]}`;
    api.answer = ({ pathname }) => {
      const data = pathname === "/v1/models" ? models.join(",") : bucket;
      return new Response(`{"data":[${data}],"has_more":false}`, {
        headers: { "content-type": "application/json" },
      });
    };
    await mirror.add({ list: "models" });
    await mirror.add({ list: "organization.usage_report.messages" });
    const lists = { models: 4, organization_usage_report_messages: 1 };
    for (const [table, rows] of Object.entries(lists)) {
      const name = table === "models" ? table : "organization.usage_report.messages";
      expect(await mirror.run(name)).toMatchObject({ outcome: "complete", rows });
      expect(await mirror.verify(name)).toMatchObject({ compared: rows, missing: 0, extra: 0, different: 0 });
      expect(await mirror.run(name)).toMatchObject({ outcome: "complete", added: 0, changed: 0 });
    }
    const { rows } = await database.query<{ display_name: string; item: string; exact: boolean }>(
      `SELECT display_name, coalesce(_exact, _raw::text) AS item, _exact IS NOT NULL AS exact FROM "deep ${levels}".models ORDER BY display_name`,
    );
    expect(rows.map(({ display_name, exact }) => [display_name, exact])).toEqual([
      ["four", false],
      ["one", true],
      ["three", true],
      ["two", true],
    ]);
    expect(rows[1]?.item).toBe(`{"capabilities":${deep},"display_name":"one","id":"m1"}`);
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

const postgres = databases[0]?.[1];

test("the settings of a database do not change what columns have", async () => {
  const target = (await postgres?.()) ?? "";
  const owner = await openDatabase(target);
  const name = new URL(target).pathname.slice(1);
  await owner.execute(
    `ALTER DATABASE ${name} SET quote_all_identifiers = on; ALTER DATABASE ${name} SET array_nulls = off`,
  );
  await owner.close();
  const database = await openDatabase(target);
  const api = new FakeAPI();
  const data = [
    { id: "a1", metadata: { team: "x" } },
    { id: "a2", description: "D" },
  ];
  api.answer = () => Response.json({ data, next_page: null });
  const mirror = await openMirror({ database, client: api.client() });
  await mirror.add({ list: "beta.agents", mode: "snapshot" });
  await mirror.run("beta.agents");
  const { rows } = await database.query(
    "SELECT metadata, description FROM pageturn.beta_agents ORDER BY _key",
  );
  expect(rows).toEqual([
    { metadata: { team: "x" }, description: null },
    { metadata: null, description: "D" },
  ]);
  await database.close();
});

test("a list can be removed while a page with a new field is written", async () => {
  const target = (await postgres?.()) ?? "";
  const [database, other] = [await openDatabase(target), await openDatabase(target)];
  const api = new FakeAPI();
  api.models.set({ id: "m1", created_at: "2026-08-01T00:00:00Z", brand_new: 1 });
  const mirror = await openMirror({ database, client: api.client() });
  await mirror.add({ list: "models" });
  const plan = await mirror.startRun("models", { force: true });
  const part = plan?.parts[0]?.partId ?? 0;
  let walked: Promise<unknown> | undefined;
  await other.transaction(async (transaction) => {
    await transaction.query("SELECT FROM pageturn._lists FOR UPDATE");
    walked = mirror.walkPart(part, { worker: "w" });
    for (let waiting = 0; waiting === 0; ) {
      const { rows } = await transaction.query<{ waiting: number }>(
        "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
      );
      waiting = rows[0]?.waiting ?? 0;
    }
    await transaction.query("DELETE FROM pageturn._lists");
  });
  expect(await walked).toBe("lost");
  await database.close();
  await other.close();
});
