import { createHash } from "node:crypto";
import { AsyncAnthropic } from "pageturn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase, openMirror } from "../../src/index.ts";
import { MIGRATIONS, migrate } from "../../src/schema/migrations.ts";
import { databases } from "../support/databases.ts";

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

describe.each(databases)("the schema in %s", (_, target) => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase(await target());
  });
  afterAll(async () => {
    await database.close();
  });

  const versions = async (schema: string) => {
    const { rows } = await database.query<{ version: number }>(
      `SELECT version FROM "${schema}"._migrations ORDER BY 1`,
    );
    return rows.map(({ version }) => version);
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
