import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../src/index.ts";
import { quoted } from "../../src/schema/identifiers.ts";
import { MIGRATIONS, type Migration, migrate } from "../../src/schema/migrations.ts";
import { databases } from "../support/databases.ts";

const first = MIGRATIONS.slice(0, 1);
const next: Migration = {
  version: 2,
  statements: [
    "ALTER TABLE {schema}._lists ADD COLUMN note text",
    "UPDATE {schema}._lists SET note = name || '!'",
  ],
};

test("the first migration is what was released", () => {
  const text = JSON.stringify(first);
  expect(createHash("sha256").update(text).digest("hex")).toBe(
    "4e12079ae64adef19a59f038194c5fca891f33b4e6b6c62a1d8832b5db437a6c",
  );
});

describe.each(databases)("migrations in %s", (_, target) => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase(await target());
  });
  afterAll(async () => {
    await database.close();
  });

  const addList = (schema: string) =>
    database.query(
      `INSERT INTO ${quoted(schema)}._lists (name, list, mode, path_args, parameters, every_seconds, lookback_seconds,
         overlap_seconds, delay_seconds, slices, history, table_name, next_run_at, added_at)
       VALUES ('models', 'models', 'snapshot', '[]', '{}', 60, 0, 0, 0, 1, false, 'models', now(), now())`,
    );
  const versions = async (schema: string) =>
    (await database.query(`SELECT version FROM ${quoted(schema)}._migrations ORDER BY version`)).rows;

  test("go on from the version before, and keep what is there", async () => {
    await migrate(database, { schema: "before", migrations: first });
    await addList("before");
    await migrate(database, { schema: "before", migrations: [...first, next] });
    const { rows } = await database.query('SELECT name, note FROM "before"._lists');
    expect(rows).toEqual([{ name: "models", note: "models!" }]);
    expect(await versions("before")).toEqual([{ version: 1 }, { version: 2 }]);
  });

  test("change nothing if one of them fails", async () => {
    await migrate(database, { schema: "fails", migrations: first });
    await addList("fails");
    const broken = { version: 3, statements: ["SELECT 1 / 0"] };
    await expect(
      migrate(database, { schema: "fails", migrations: [...first, next, broken] }),
    ).rejects.toThrow();
    expect(await versions("fails")).toEqual([{ version: 1 }]);
    await expect(database.query('SELECT note FROM "fails"._lists')).rejects.toThrow("note");
  });

  test("run once if several processes begin at once, in a schema with any name", async () => {
    const schema = `it's "one"; {schema} $& ${"é".repeat(60)}`;
    await Promise.all(
      Array.from({ length: 5 }, () => migrate(database, { schema, migrations: [...first, next] })),
    );
    expect(await versions(schema)).toEqual([{ version: 1 }, { version: 2 }]);
  });

  test("refuse a schema of a newer release", async () => {
    await migrate(database, { schema: "newer", migrations: [...first, next] });
    await expect(migrate(database, { schema: "newer", migrations: first })).rejects.toThrow(
      "install a newer release",
    );
  });
});
