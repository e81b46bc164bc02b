import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { AsyncAnthropic } from "pageturn";
import { describe, expect, it } from "vitest";
import { type ExportFolder, exportFolder } from "./export-folder.ts";
import { UNKNOWN_FIELDS, WILD_TEXTS } from "./wild-items.ts";

/** An export folder whose first models have the wild texts, and the models as the client sees them. */
async function wildFolder(): Promise<ExportFolder & { readonly models: readonly Record<string, unknown>[] }> {
  const folder = await exportFolder({ items: 60 });
  const { server } = folder;
  const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey });
  const before = await client.models.list().toArray();
  const texts = WILD_TEXTS.map((text, index) => [before[index]?.id ?? "", { display_name: text }] as const);
  const others = [
    [before[20]?.id ?? "", UNKNOWN_FIELDS],
    [before[21]?.id ?? "", { capabilities: null, max_tokens: null, deprecated_at: null }],
    [before[22]?.id ?? "", { max_tokens: "many", display_name: 7, created_at: "once" }],
    [before[23]?.id ?? "", { created_at: "2026-01-02T03:04:05.678901Z", max_tokens: 1.5 }],
  ] as const;
  await server.mutate("/v1/models", { update: Object.fromEntries([...texts, ...others]) });
  const models: unknown = JSON.parse(JSON.stringify(await client.models.list().toArray()));
  await client.close();
  if (!Array.isArray(models)) throw new TypeError("expected an array");
  return { ...folder, models };
}

async function query(sql: string): Promise<readonly Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJson();
}

const displayNames = (models: readonly Record<string, unknown>[]) =>
  models.map(({ display_name: name }) => (typeof name === "string" ? name : null));

describe("pageturn export", () => {
  it.each(["jsonl", "jsonl.gz", "jsonl.zst"])("writes all items as they are: %s", async (format) => {
    const { run, path, models } = await wildFolder();
    const { code, stderr } = await run(["export", "models", "-o", `m.${format}`, "--page-size", "7"]);
    expect(stderr).toContain("Exported 60 items");
    expect(code).toBe(0);
    const rows = await query(
      `SELECT * FROM read_json('${path(`m.${format}`)}', format='newline_delimited', auto_detect=false, columns={id: 'VARCHAR', display_name: 'VARCHAR'}, maximum_object_size=1000000)`,
    );
    expect(rows.map(({ id }) => id)).toEqual(models.map(({ id }) => id));
    expect(rows.slice(0, 11).map(({ display_name: name }) => name)).toEqual([...WILD_TEXTS]);
    if (format === "jsonl.zst") return;
    const bytes = readFileSync(path(`m.${format}`));
    const text = String(format === "jsonl" ? bytes : gunzipSync(bytes));
    expect(
      text
        .split("\n")
        .filter(Boolean)
        .map((line): unknown => JSON.parse(line)),
    ).toEqual(models);
    expect((await run(["verify", `m.${format}`])).code).toBe(0);
  });

  it("writes CSV that others read, with null and empty text apart", async () => {
    const { run, path, models } = await wildFolder();
    expect((await run(["export", "models", "-o", "m.csv", "--page-size", "7"])).code).toBe(0);
    const rows = await query(
      `SELECT * FROM read_csv('${path("m.csv")}', all_varchar=true, header=true, max_line_size=1000000, quote='"', escape='"', delim=',', strict_mode=true, new_line='\\n', nullstr='', allow_quoted_nulls=false)`,
    );
    expect(rows.length).toBe(60);
    expect(rows.map(({ id }) => id)).toEqual(models.map(({ id }) => id));
    expect(rows.map(({ display_name: name }) => name)).toEqual(displayNames(models));
    expect(rows[20]?.["_others"]).toBe(JSON.stringify(UNKNOWN_FIELDS));
    expect(rows[21]?.["max_tokens"]).toBeNull();
    expect(JSON.parse(String(rows[22]?.["_others"]))).toEqual({
      max_tokens: "many",
      display_name: 7,
      created_at: "once",
    });
    expect((await run(["verify", "m.csv"])).code).toBe(0);
  });

  it("escapes cells that look like formulas with --csv-safe", async () => {
    const { run, text } = await wildFolder();
    expect(
      (await run(["export", "models", "-o", "m.csv", "--csv-safe", "--fields", "id,display_name"])).code,
    ).toBe(0);
    expect(text("m.csv")).toContain(",'=1+1\n");
    expect(text("m.csv")).toContain(",'@SUM(A1)\n");
    expect((await run(["verify", "m.csv"])).code).toBe(0);
  });

  it("writes Parquet with one schema, and timestamps in UTC", async () => {
    const { run, path, models } = await wildFolder();
    expect((await run(["export", "models", "-o", "m.parquet", "--page-size", "7"])).code).toBe(0);
    const file = `read_parquet('${path("m.parquet")}')`;
    const types = await query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${file})`);
    const typeOf = new Map(types.map((row) => [row["column_name"], row["column_type"]]));
    expect(typeOf.get("created_at")).toBe("TIMESTAMP WITH TIME ZONE");
    expect(typeOf.get("max_tokens")).toBe("DOUBLE");
    expect(typeOf.get("capabilities.batch.supported")).toBe("BOOLEAN");
    expect(typeOf.get("display_name")).toBe("VARCHAR");
    const rows = await query(`SELECT *, epoch_us(created_at)::VARCHAR AS us FROM ${file}`);
    expect(rows.map(({ id }) => id)).toEqual(models.map(({ id }) => id));
    expect(rows.map(({ display_name: name }) => name)).toEqual(displayNames(models));
    expect(rows[23]?.["us"]).toBe(String(Date.parse("2026-01-02T03:04:05Z") * 1000 + 678_901));
    expect(rows[23]?.["max_tokens"]).toBe(1.5);
    expect(rows[22]?.["created_at"]).toBeNull();
    expect(JSON.parse(String(rows[22]?.["_others"]))).toEqual({
      max_tokens: "many",
      display_name: 7,
      created_at: "once",
    });
    expect((await run(["verify", "m.parquet"])).code).toBe(0);
  });

  it("writes SQLite with whole numbers, times as text and the raw items", async () => {
    const { run, path, models } = await wildFolder();
    expect((await run(["export", "models", "-o", "m.sqlite", "--page-size", "7"])).code).toBe(0);
    const database = new DatabaseSync(path("m.sqlite"), { readOnly: true });
    const rows = database.prepare("SELECT * FROM items ORDER BY _row").all();
    expect(rows.map(({ _raw: raw }): unknown => JSON.parse(String(raw)))).toEqual(models);
    expect(rows.map(({ display_name: name }) => name)).toEqual(displayNames(models));
    const types = database
      .prepare(
        'SELECT typeof(max_tokens) AS number, typeof("capabilities.batch.supported") AS boolean, typeof(created_at) AS time FROM items WHERE max_tokens IS NOT NULL',
      )
      .get();
    expect(types).toEqual({ number: "integer", boolean: "integer", time: "text" });
    expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    database.close();
    expect((await run(["verify", "m.sqlite"])).code).toBe(0);
  });

  it.each(["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet", "sqlite"])(
    "writes a list without items: %s",
    async (format) => {
      const { run, json } = await exportFolder({ items: 0 });
      const { code, stderr } = await run(["export", "models", "-o", `m.${format}`]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(json(`m.${format}.manifest.json`)).toMatchObject({
        rows: 0,
        firstId: null,
        outcome: { complete: true },
      });
      expect(await run(["verify", `m.${format}`])).toMatchObject({ code: 0 });
    },
  );

  it("writes a database whose name is a URI for SQLite, and no other file", async () => {
    const { run, folder, path, json } = await exportFolder({ items: { models: 30 } });
    writeFileSync(path("m.sqlite"), "");
    // A file name of Windows has no colon and no question mark.
    if (process.platform === "win32") return;
    for (const file of ["file:m.sqlite", "file:m.sqlite?mode=memory", ":memory:"]) {
      const args = ["export", "models", "--format", "sqlite", "-o", file];
      expect(await run([...args, "--max-items", "10"])).toMatchObject({ code: 0 });
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 30 });
      expect(await run(["verify", file])).toMatchObject({ code: 0 });
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 0 });
      expect(readdirSync(folder).toSorted()).toEqual([file, `${file}.manifest.json`, "m.sqlite"].toSorted());
      for (const name of [file, `${file}.manifest.json`]) rmSync(path(name));
    }
    expect(readFileSync(path("m.sqlite")).length).toBe(0);
  });

  it("refuses fields that SQLite takes for the same column, and leaves no database that has no table", async () => {
    const { run, server, folder } = await exportFolder({ items: 3 });
    const exported = (fields: string, file = "a.sqlite") =>
      run(["export", "beta.agents", "-o", file, "--fields", fields]);
    expect(await exported("id,metadata.team,metadata.Team")).toMatchObject({
      code: 2,
      stderr:
        "error: Cannot use --fields with metadata.team and metadata.Team because SQLite takes both for the same column: name one of " +
        "them, or choose another format\n",
    });
    expect((await server.requests()).length).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    const many = Array.from({ length: 2100 }, (_, index) => `metadata.f${index}`).join(",");
    expect(await exported(many)).toMatchObject({
      code: 1,
      stderr: "error: Cannot write a.sqlite: too many columns on items\n",
    });
    expect(readdirSync(folder)).toEqual([]);
    expect(await exported("id,metadata.\u00e4,metadata.\u00c4")).toMatchObject({ code: 0 });
    expect(await exported("id,metadata.team,metadata.Team", "a.csv")).toMatchObject({ code: 0 });
  });

  it("takes the format of --format over that of the name, and refuses a name without one", async () => {
    const { run, text } = await exportFolder({ items: 3 });
    expect((await run(["export", "models", "-o", "m.txt"])).code).toBe(2);
    expect((await run(["export", "models", "-o", "m.txt", "--format", "csv", "--fields", "id"])).code).toBe(
      0,
    );
    expect(text("m.txt")).toMatch(/^id\nmodel-/);
  });
});
