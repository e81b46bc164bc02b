import { DatabaseSync } from "node:sqlite";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { DistinctKeys } from "../../src/export/distinct-keys.ts";
import { type ExportFolder, exportFolder, idsOf } from "./export-folder.ts";

/** Items that are no objects, texts without bytes in UTF-8, times of nanoseconds, numbers that JavaScript cannot hold. */
const ODD = [
  '"a text"',
  "null",
  "[1,{}]",
  '{"id":"half","display_name":"a\\ud800b"}',
  '{"id":"nano","created_at":"2026-01-02T03:04:05.123456789Z"}',
  '{"id":"zeros","created_at":"2026-01-02T03:04:05.123456000Z"}',
  '{"id":"never","created_at":"2026-02-30T00:00:00Z"}',
  '{"id":"large","max_tokens":12345678901234567890,"max_input_tokens":1e400}',
  '{"id":"twice","display_name":"first","display_name":"second"}',
];

async function oddFolder(): Promise<ExportFolder> {
  const folder = await exportFolder({ items: 3 });
  const body = `{"data":[${ODD.join(",")}],"has_more":false,"first_id":null,"last_id":null}`;
  await folder.server.setScript([{ fault: "body", body, times: "always" }]);
  return folder;
}

const OTHERS = [
  '"a text"',
  "null",
  "[1,{}]",
  '{"display_name":"a\\ud800b"}',
  '{"created_at":"2026-01-02T03:04:05.123456789Z"}',
  null,
  '{"created_at":"2026-02-30T00:00:00Z"}',
  null,
  null,
];

async function query(sql: string): Promise<readonly Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create()).connect();
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

describe("odd items", () => {
  it("are as parsed in JSON Lines", async () => {
    const { run, text } = await oddFolder();
    expect(await run(["export", "models", "-o", "m.jsonl"])).toMatchObject({ code: 0 });
    expect(text("m.jsonl")).toBe(`${ODD.map((item) => JSON.stringify(JSON.parse(item))).join("\n")}\n`);
    expect(await run(["verify", "m.jsonl"])).toMatchObject({ code: 0 });
  });

  it("lose nothing in Parquet", async () => {
    const { run, path } = await oddFolder();
    expect(await run(["export", "models", "-o", "m.parquet"])).toMatchObject({ code: 0 });
    const rows = await query(
      `SELECT *, epoch_us(created_at)::VARCHAR AS us FROM read_parquet('${path("m.parquet")}')`,
    );
    expect(rows.map((row) => row["_others"])).toEqual(OTHERS);
    expect(rows[5]?.["us"]).toBe(String(Date.parse("2026-01-02T03:04:05Z") * 1000 + 123_456));
    expect(await run(["verify", "m.parquet"])).toMatchObject({ code: 0 });
    // A column of numbers cannot hold a text: with chosen fields, it is in _others, too.
    expect(await run(["export", "models", "-o", "f.parquet", "--fields", "id,created_at"])).toMatchObject({
      code: 0,
    });
    const fields = await query(`SELECT * FROM read_parquet('${path("f.parquet")}')`);
    expect(Object.keys(fields[0] ?? {})).toEqual(["id", "created_at", "_others"]);
    expect(fields.map((row) => row["_others"])).toEqual([
      null,
      null,
      null,
      null,
      OTHERS[4],
      null,
      OTHERS[6],
      null,
      null,
    ]);
  });

  it("lose nothing in CSV, of list and of export alike, and in SQLite", async () => {
    const { run, path, text } = await oddFolder();
    // There, a time is text.
    const others = OTHERS.map((value, index) => (index === 4 ? null : value));
    expect(await run(["export", "models", "-o", "m.csv"])).toMatchObject({ code: 0 });
    expect((await run(["list", "models", "--format", "csv"])).stdout).toBe(text("m.csv"));
    const rows = await query(
      `SELECT * FROM read_csv('${path("m.csv")}', all_varchar=true, header=true, quote='"', escape='"', strict_mode=true, nullstr='', allow_quoted_nulls=false)`,
    );
    expect(rows.map((row) => row["_others"])).toEqual(others);
    expect(rows[4]?.["created_at"]).toBe("2026-01-02T03:04:05.123456789Z");
    expect(rows[8]?.["display_name"]).toBe("second");
    expect(await run(["verify", "m.csv"])).toMatchObject({ code: 0 });
    expect(await run(["export", "models", "-o", "m.sqlite"])).toMatchObject({ code: 0 });
    const database = new DatabaseSync(path("m.sqlite"), { readOnly: true });
    const kept = database.prepare("SELECT _others, _raw FROM items ORDER BY _row").all();
    database.close();
    expect(kept.map((row) => row["_others"])).toEqual(others);
    expect(kept.map((row) => row["_raw"])).toEqual(ODD.map((item) => JSON.stringify(JSON.parse(item))));
    expect(await run(["verify", "m.sqlite"])).toMatchObject({ code: 0 });
  });
});

describe("values of other types in SQLite", () => {
  const SUPPORTED = "capabilities.batch.supported";
  const NUMBERS = [
    "0012",
    "1e3",
    "1e400",
    " 7",
    "0x10",
    "",
    5,
    1.5,
    -0.25,
    2 ** 53,
    1e18,
    1e20,
    true,
    { a: 1 },
    null,
  ];
  const TYPES = [..."tttttt"]
    .map(() => "text")
    .concat("integer", "real", "real", "integer", "integer", "real", "text", "text", "null");
  const BOOLEANS = ["0", "1.0", "true", true, false, 7, null];
  const ITEMS = [
    ...NUMBERS.map((value) => ({ id: "n", max_tokens: value })),
    ...BOOLEANS.map((value) => ({ id: "b", capabilities: { batch: { supported: value } } })),
    { id: "007" },
    { id: 7 },
  ];

  it("come back as they were sent, and values of the type of their column have it", async () => {
    const { run, server, path } = await exportFolder({ items: 3 });
    const body = JSON.stringify({ data: ITEMS, has_more: false, first_id: null, last_id: null });
    await server.setScript([{ fault: "body", body, times: "always" }]);
    const args = ["export", "models", "-o"];
    expect(await run([...args, "f.sqlite", "--fields", `id,max_tokens,${SUPPORTED}`])).toMatchObject({
      code: 0,
    });
    expect(await run([...args, "w.sqlite"])).toMatchObject({ code: 0 });
    const rows = (file: string) => {
      const database = new DatabaseSync(path(file), { readOnly: true });
      const found = database.prepare(
        `SELECT id, typeof(id) AS id_type, max_tokens AS number, typeof(max_tokens) AS number_type, "${SUPPORTED}" AS flag, typeof("${SUPPORTED}") AS flag_type FROM items ORDER BY _row`,
      );
      found.setReadBigInts(true);
      const all = found.all();
      database.close();
      return all.map((row): Record<string, unknown> => {
        const { number } = row;
        return { ...row, number: typeof number === "bigint" ? Number(number) : number };
      });
    };
    const fields = rows("f.sqlite");
    const numbers = fields.slice(0, NUMBERS.length);
    // What is no number and no text is text as JSON.
    expect(numbers.map(({ number }) => number)).toEqual(
      NUMBERS.map((value) =>
        typeof value === "boolean" || typeof value === "object" ? value && JSON.stringify(value) : value,
      ),
    );
    expect(numbers.map((row) => row["number_type"])).toEqual(TYPES);
    const flags = fields.slice(NUMBERS.length, -2);
    expect(flags.map((row) => row["flag"])).toEqual(["0", "1.0", "true", 1n, 0n, "7", null]);
    expect(flags.map((row) => row["flag_type"])).toEqual([
      "text",
      "text",
      "text",
      "integer",
      "integer",
      "text",
      "null",
    ]);
    expect(fields.slice(-2).map((row) => [row["id"], row["id_type"]])).toEqual([
      ["007", "text"],
      ["7", "text"],
    ]);
    // Without chosen fields, what has another type is in _others.
    const whole = rows("w.sqlite");
    const fits = (type: string) => (type === "text" ? "null" : type);
    expect(whole.slice(0, NUMBERS.length).map((row) => row["number_type"])).toEqual(TYPES.map(fits));
    expect(whole.slice(6, 12).map(({ number }) => number)).toEqual(NUMBERS.slice(6, 12));
    expect(whole.slice(NUMBERS.length, -2).map((row) => row["flag"])).toEqual([
      null,
      null,
      null,
      1n,
      0n,
      null,
      null,
    ]);
  });
});

describe("--distinct-by", () => {
  it.each(["jsonl", "csv", "sqlite"])(
    "leaves out repeats, counts them, and does so after an error: %s",
    async (format) => {
      const { run, server, json } = await exportFolder({ items: { models: 95 } });
      const args = ["export", "models", "--page-size", "20", "--distinct-by", "id", "-o", `m.${format}`];
      // The fourth page begins with items of the third one, on the other side of the interruption.
      await server.setScript([
        { fault: "duplicateItems", page: 2, count: 2 },
        { fault: "status", status: 403, page: 4 },
        { fault: "offByOne", by: -1, page: 3 },
      ]);
      const failed = await run(args);
      expect(failed).toMatchObject({ code: 4 });
      const state = format === "sqlite" ? undefined : json(`m.${format}.checkpoint.json`);
      if (state !== undefined) expect(state).toMatchObject({ rows: 60, repeats: 2 });
      const other = await run([...args.filter((arg) => arg !== "--distinct-by" && arg !== "id"), "--resume"]);
      expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("it has --distinct-by id") });
      const { code, stderr } = await run([...args, "--resume"]);
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: `Exported 95 items to m.${format}, without 3 repeats. Check it with: pageturn verify m.${format}\n`,
      });
      expect(json(`m.${format}.manifest.json`)).toMatchObject({ rows: 95, repeats: 3, distinctBy: "id" });
    },
  );

  it("counts what --max-items counts, and refuses a field that is none", async () => {
    const { run, server, text } = await exportFolder({ items: { models: 95 } });
    await server.setScript([{ fault: "duplicateItems", page: 1, count: 5 }]);
    const args = ["export", "models", "--page-size", "20", "--max-items", "30", "-o", "m.jsonl"];
    expect(await run([...args, "--distinct-by", "id"])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        "Exported 30 items to m.jsonl, without 5 repeats, as --max-items says.",
      ),
    });
    expect(new Set(idsOf(text("m.jsonl"))).size).toBe(30);
    for (const command of ["list", "export"])
      for (const field of ["name", "id,type"])
        expect(
          await run([
            command,
            "models",
            ...(command === "export" ? ["-o", "n.jsonl"] : []),
            "--distinct-by",
            field,
          ]),
        ).toMatchObject({
          code: 2,
          stderr: expect.stringMatching(/^error: Cannot use --distinct-by .*\n$/),
        });
  });

  it("takes the key with the name of the field if an item has it, else the path", () => {
    const keys = new DistinctKeys("a.b", []);
    const items = [{ "a.b": 1 }, { a: { b: 2 } }, { "a.b": 1, a: { b: 3 } }, { a: { b: 2 } }];
    expect(items.map((item) => keys.isRepeat(item))).toEqual([false, false, true, true]);
  });

  it("leaves out repeats of list, and says how many", async () => {
    const { run, server } = await exportFolder({ items: { models: 50 } });
    await server.setScript([{ fault: "duplicateItems", page: 2, count: 2 }]);
    const { code, stdout, stderr } = await run([
      "list",
      "models",
      "--page-size",
      "20",
      "--distinct-by",
      "id",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "2 repeats were left out\n" });
    expect(new Set(idsOf(stdout)).size).toBe(50);
    expect(idsOf(stdout).length).toBe(50);
  });
});
