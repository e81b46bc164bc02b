import { createHash } from "node:crypto";
import { AsyncAnthropic } from "pageturn";
import { describe, expect, test } from "vitest";
import { type Database, hasMirror, openDatabase, openMirror } from "../../src/index.ts";
import { MIGRATIONS, migrate } from "../../src/schema/migrations.ts";
import { databases, openShared } from "../support/databases.ts";

/** A version after the newest one, as a later release would add it. */
const NEXT = {
  version: (MIGRATIONS.at(-1)?.version ?? 0) + 1,
  statements: ["ALTER TABLE {schema}._lists ADD COLUMN note text NOT NULL DEFAULT 'none'"],
};

test("the first migration is never changed: later releases add others", () => {
  const text = JSON.stringify(MIGRATIONS[0]);
  expect(createHash("sha256").update(text).digest("hex")).toBe(
    "3f559f9178bde41f4b7ccbe1f44abcc6713af87462791990885ed17133d46f0f",
  );
});

describe.each(databases)("the schema in %s", async (_, target) => {
  const database = await openShared(target);

  const versions = async (schema: string) => {
    const { rows } = await database.query<{ version: number }>(
      `SELECT version FROM "${schema}"._migrations ORDER BY 1`,
    );
    return rows.map(({ version }) => version);
  };

  /** Makes a schema one of version 3. */
  const downgrade = async (schema: string) => {
    await database.query(`DELETE FROM ${schema}._migrations WHERE version >= 4`);
    await database.query(`DROP TABLE ${schema}._rates`);
    await database.query(`ALTER TABLE ${schema}._budgets DROP COLUMN paused_seconds`);
    await database.query(`DROP INDEX ${schema}._runs_complete`);
    await database.query(`ALTER TABLE ${schema}._lists DROP COLUMN organization_id`);
    await database.query(`ALTER TABLE ${schema}._parts DROP COLUMN failing`);
  };

  test("is brought from the version before to the newest one, with all that it has", async () => {
    const client = new AsyncAnthropic({ apiKey: "none" });
    await migrate(database, { schema: "old", migrations: MIGRATIONS.slice(0, 1) });
    const mirror = await openMirror({ database, schema: "old", client });
    await mirror.add({ list: "models" });
    expect(await mirror.list("models")).toMatchObject({ workspaceId: null });
    await migrate(database, { schema: "old", migrations: [...MIGRATIONS, NEXT] });
    const { rows } = await database.query("SELECT name, note FROM old._lists");
    expect(rows).toEqual([{ name: "models", note: "none" }]);
    expect(await versions("old")).toEqual([...MIGRATIONS.map(({ version }) => version), NEXT.version]);
    await migrate(database, { schema: "old", migrations: [...MIGRATIONS, NEXT] });
    await expect(openMirror({ database, schema: "old", client })).rejects.toThrow(
      `Cannot use the schema old because it has version ${NEXT.version} and this release knows ${NEXT.version - 1}`,
    );
  });

  test("of the version before gets the decimals with an exponent that it had left out", async () => {
    const schema = "numbers";
    await migrate(database, { schema, migrations: MIGRATIONS.slice(0, 3) });
    const amounts = ["1E-7", "12.5", "-2.50e+3", "many"];
    const client = new AsyncAnthropic({
      apiKey: "none",
      fetch: async () => {
        const results = amounts.map((amount, index) => ({ description: `d${index}`, amount }));
        const data = [{ starting_at: "2026-09-01T00:00:00Z", ending_at: "2026-09-02T00:00:00Z", results }];
        return Response.json({ data, has_more: false, next_page: null });
      },
    });
    const options = { database, schema, client, now: () => new Date("2026-09-01T12:00:00Z") };
    const mirror = await openMirror(options);
    await mirror.add({ list: "organization.cost_report", name: "cost", history: true });
    await mirror.run("cost");
    amounts.push("7");
    await mirror.run("cost");
    await database.query("UPDATE numbers.cost SET _hash = ''");
    await mirror.run("cost");
    const read = async (table: string) => {
      const { rows } = await database.query<{ amount: string | null }>(
        `SELECT amount::text AS amount FROM numbers.${table} ORDER BY _key`,
      );
      return rows.map(({ amount }) => amount);
    };
    const exact = ["0.0000001", "12.5", "-2500", null, "7"];
    expect(await read("cost")).toEqual(exact);
    for (const table of ["cost", "cost_history"])
      await database.query(`UPDATE numbers.${table} SET amount = NULL WHERE _raw->>'amount' ~* 'e'`);
    await downgrade(schema);
    const again = await openMirror(options);
    expect(await read("cost")).toEqual(exact);
    expect(await read("cost_history")).toEqual(exact);
    expect(await again.verify("cost")).toMatchObject({ compared: 5, missing: 0, extra: 0, different: 0 });
  });

  test("of the version before is filled by the type that a column has, when the catalog has another one now", async () => {
    const schema = "retyped";
    await migrate(database, { schema, migrations: MIGRATIONS.slice(0, 3) });
    const names = ["1E-7", "many", "12"];
    const client = new AsyncAnthropic({
      apiKey: "none",
      fetch: async () => {
        const data = names.map((display_name) => ({ id: display_name, display_name }));
        return Response.json({ data, has_more: false, first_id: "a", last_id: "b" });
      },
    });
    const mirror = await openMirror({ database, schema, client });
    await mirror.add({ list: "models" });
    await database.query("ALTER TABLE retyped.models ALTER display_name TYPE numeric USING NULL");
    await mirror.run("models");
    await database.query("UPDATE retyped.models SET display_name = NULL");
    await downgrade(schema);
    const again = await openMirror({ database, schema, client });
    const { rows } = await database.query(
      "SELECT display_name::text AS number FROM retyped.models ORDER BY _key",
    );
    expect(rows).toEqual([{ number: "12" }, { number: "0.0000001" }, { number: null }]);
    expect(await again.verify("models")).toMatchObject({ compared: 3, different: 0 });
  });

  test("is created once, by however many processes", async () => {
    await Promise.all([1, 2, 3].map(() => migrate(database, { schema: 'with "quotes" $&' })));
    const { rows } = await database.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [
      'with "quotes" $&',
    ]);
    expect(rows).toHaveLength(1);
  });

  test("is left as it was if a migration fails", async () => {
    const broken = {
      version: NEXT.version,
      statements: ["CREATE TABLE {schema}.half (a int)", "SELECT 1 / 0"],
    };
    await migrate(database, { schema: "broken" });
    await expect(
      migrate(database, { schema: "broken", migrations: [...MIGRATIONS, broken] }),
    ).rejects.toThrow("zero");
    expect(await versions("broken")).toEqual(MIGRATIONS.map(({ version }) => version));
    const { rows } = await database.query("SELECT to_regclass('broken.half') AS half");
    expect(rows).toEqual([{ half: null }]);
  });

  test("gets the columns that a newer catalog has", async () => {
    const client = new AsyncAnthropic({ apiKey: "none" });
    const mirror = await openMirror({ database, schema: "columns", client });
    await mirror.add({ list: "models" });
    await database.query("ALTER TABLE columns.models DROP COLUMN display_name");
    await openMirror({ database, schema: "columns", client });
    const { rows } = await database.query("SELECT display_name FROM columns.models");
    expect(rows).toEqual([]);
  });
});

test("a row that another process writes during the migration is filled as well", async () => {
  const target = await databases[0]?.[1]();
  const [database, other] = await Promise.all([openDatabase(target ?? ""), openDatabase(target ?? "")]);
  const results = [{ description: "a", amount: "1E-7" }];
  const data = [{ starting_at: "2026-09-01T00:00:00Z", ending_at: "2026-09-02T00:00:00Z", results }];
  const client = new AsyncAnthropic({
    apiKey: "none",
    fetch: async () => Response.json({ data, has_more: false, next_page: null }),
  });
  const now = () => new Date("2026-09-01T12:00:00Z");
  const mirror = await openMirror({ database, client, now });
  await mirror.add({ list: "organization.cost_report", name: "cost" });
  await mirror.run("cost");
  await database.query("UPDATE pageturn.cost SET amount = NULL");
  await database.query("DELETE FROM pageturn._migrations WHERE version >= 4");
  await database.query("DROP TABLE pageturn._rates");
  await database.query("ALTER TABLE pageturn._budgets DROP COLUMN paused_seconds");
  await database.query("DROP INDEX pageturn._runs_complete");
  await database.query("ALTER TABLE pageturn._lists DROP COLUMN organization_id");
  await database.query("ALTER TABLE pageturn._parts DROP COLUMN failing");
  let writing: Promise<unknown> | undefined;
  const watched: Database = {
    ...database,
    transaction: (body) =>
      database.transaction((transaction) =>
        body({
          query: async (text, values) => {
            const result = await transaction.query<never>(text, values);
            if (text.startsWith("FETCH") && writing === undefined) {
              writing = other.query("UPDATE pageturn.cost SET _seen_run = _seen_run");
              await Promise.race([writing, new Promise((resolve) => setTimeout(resolve, 300))]);
            }
            return result;
          },
        }),
      ),
  };
  await openMirror({ database: watched, client, now });
  await writing;
  const { rows } = await database.query("SELECT amount::text AS amount FROM pageturn.cost");
  expect(rows).toEqual([{ amount: "0.0000001" }]);
  await Promise.all([database.close(), other.close()]);
});

describe.each(databases)("in %s", (_, target) => {
  test("a schema whose table _migrations is of another program is left as it is", async () => {
    const database = await openDatabase(await target());
    await database.execute(
      "CREATE SCHEMA theirs; CREATE TABLE theirs._migrations (version integer PRIMARY KEY, name text); INSERT INTO theirs._migrations VALUES (3, 'x')",
    );
    const client = new AsyncAnthropic({ apiKey: "none" });
    await expect(openMirror({ database, schema: "theirs", client })).rejects.toThrow(
      "Cannot make a mirror in the schema theirs because it has a table _migrations of another program: use another schema",
    );
    const { rows } = await database.query("SELECT * FROM theirs._migrations");
    expect(rows).toEqual([{ version: 3, name: "x" }]);
    const { rows: tables } = await database.query(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'theirs'",
    );
    expect(tables).toEqual([{ tablename: "_migrations" }]);
    await database.close();
  });

  test("a schema that cannot have a mirror is a rejection", async () => {
    const database = await openDatabase(await target());
    await expect(hasMirror(database, "pg_x")).rejects.toThrow("Cannot use the schema");
    await database.close();
  });
});

test("a role that owns its own schema only is enough in PostgreSQL", async () => {
  const target = databases[0]?.[1];
  const url = new URL((await target?.()) ?? "");
  const owner = await openDatabase(url.href);
  await owner.query("CREATE ROLE mirror LOGIN");
  await owner.query(`REVOKE ALL ON DATABASE ${url.pathname.slice(1)} FROM PUBLIC`);
  await owner.query(`GRANT CONNECT ON DATABASE ${url.pathname.slice(1)} TO mirror`);
  await owner.query("REVOKE ALL ON SCHEMA public FROM PUBLIC");
  await owner.query("CREATE SCHEMA pageturn AUTHORIZATION mirror");
  await owner.close();
  url.username = "mirror";
  const database = await openDatabase(url.href);
  await expect(database.query("CREATE SCHEMA other")).rejects.toThrow("permission denied");
  const client = new AsyncAnthropic({
    apiKey: "none",
    fetch: async () => Response.json({ data: [{ id: "m" }], has_more: false, first_id: "m", last_id: "m" }),
  });
  const mirror = await openMirror({ database, client });
  await mirror.add({ list: "models", history: true });
  expect(await mirror.run("models")).toMatchObject({ outcome: "complete", added: 1 });
  expect(await mirror.verify("models")).toMatchObject({ compared: 1, missing: 0 });
  await mirror.remove("models", { drop: true });
  // The credential is nowhere in the database.
  const { rows } = await database.query("SELECT * FROM pageturn._runs");
  expect(JSON.stringify(rows)).not.toContain("none");
  await database.close();
});
