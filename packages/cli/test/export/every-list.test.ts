import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DuckDBInstance } from "@duckdb/node-api";
import { AsyncAnthropic } from "pageturn";
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { columnsOf } from "../../src/catalog/columns.ts";
import { apiCatalog } from "../../src/catalog/find-list.ts";
import type { ExportJob } from "../../src/export/export-job.ts";
import type { Format } from "../../src/export/formats.ts";
import { openSink } from "../../src/export/open-sink.ts";
import { columnNames, flattener } from "../../src/output/flat-row.ts";
import { openList } from "../../src/session.ts";

const { endpoints, shapes } = apiCatalog();
const folder = mkdtempSync(join(tmpdir(), "pageturn-every-"));
let server: MockServer;

beforeAll(async () => {
  server = await startMockServer({ items: 25 });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** What a list needs: a value for each required parameter. */
function required(list: (typeof endpoints)[number]): Readonly<Record<string, unknown>> {
  const params = list.queryParams.filter((param) => param.required === true);
  return Object.fromEntries(
    params.map(({ name, type, values }) => {
      if (type === "date") return [name, "2026-09-28"];
      return [name, type === "date-time" ? "2026-09-20T00:00:00Z" : (values?.[0] ?? "x")];
    }),
  );
}

async function countIn(file: string, format: Format): Promise<number> {
  if (format === "sqlite") {
    const database = new DatabaseSync(file, { readOnly: true });
    const count = Number(database.prepare("SELECT count(*) AS count FROM items").get()?.["count"]);
    database.close();
    return count;
  }
  const connection = await (await DuckDBInstance.create()).connect();
  const read = format === "csv" ? "read_csv" : "read_parquet";
  const options = format === "csv" ? ", all_varchar=true, header=true, strict_mode=true" : "";
  const reader = await connection.runAndReadAll(`SELECT count(*)::INT FROM ${read}('${file}'${options})`);
  return Number(reader.getRows()[0]?.[0]);
}

it.each(endpoints.map((list) => [list.id, list] as const))("exports %s in every format", async (id, list) => {
  const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey });
  const pathArgs = list.pathParams.map((name) => `${name}_1`);
  const items = await openList(client, list, pathArgs, required(list)).toArray({ maxItems: 40 });
  await client.close();
  const columns = columnsOf(list, shapes);
  const names = columnNames(columns, { others: true });
  // SQLite does not tell upper from lower case.
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  const cellsOf = flattener(columns, { others: true });
  // The catalog has a column of the right type for every value: nothing is left over.
  for (const item of items) expect(cellsOf(item).at(-1)).toBeNull();
  for (const format of ["csv", "parquet", "sqlite"] as const) {
    const file = join(folder, `${id}.${format}`);
    const job: ExportJob = {
      file,
      format,
      source: { baseURL: server.url, workspace: null, apiVersion: null },
      endpoint: id,
      path: list.path,
      parameters: {},
      typed: [],
      columns,
      fields: null,
      distinctBy: null,
      csvSafe: false,
      isParallel: false,
    };
    const sink = await openSink(job, { mode: { resume: false, overwrite: false }, range: null });
    for (const item of items) await sink.add(item);
    const outcome = { complete: true, reason: "exhausted", incompleteBecause: null };
    await sink.commit({ ...sink.state, rows: items.length, outcome });
    await sink.finish();
    await sink.clean();
    await sink.close();
    expect(await countIn(file, format)).toBe(items.length);
  }
});
