/**
 * Measures how fast rows are written: a mirror of a list of activities against a plain `COPY` of the same rows into a table with the
 * same columns and key. Prints the times and the largest memory of this process.
 *
 *     node packages/postgres/scripts/measure-writes.ts [rows] [postgres://… or folder]
 *
 * Without a target it starts a PostgreSQL server of the tests. `COPY` reads a file on the server, which is the fastest way in.
 */
import { chmodSync, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { setFlagsFromString } from "node:v8";
import { AsyncAnthropic } from "pageturn";
import { type Database, openDatabase, openMirror } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres-server.ts";

const [count = 1_000_000, target] = [Number(process.argv[2] ?? 1_000_000), process.argv[3]];
const PAGE = 5000;
const START = Date.parse("2026-09-01T00:00:00Z");

/** One page of activities. Item n has the same content in every request. */
function page(first: number): Response {
  const last = Math.min(first + PAGE, count);
  const data: unknown[] = [];
  for (let number = first; number < last; number += 1) data.push(item(number));
  const id = (number: number) => `activity_${String(number).padStart(12, "0")}`;
  return Response.json({ data, has_more: last < count, first_id: id(first), last_id: id(last - 1) });
}

function item(number: number) {
  return {
    id: `activity_${String(number).padStart(12, "0")}`,
    type: "claude_chat_viewed",
    created_at: new Date(START - number * 1000).toISOString(),
    organization_id: "org_01",
    organization_uuid: "eeb24428-0000-4000-8000-000000000001",
    actor: {
      type: "user_actor",
      user_id: `user_${number % 1000}`,
      email_address: `user${number % 1000}@example.com`,
      ip_address: "192.0.2.1",
      user_agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
    },
  };
}

// As the CLI does: without these, V8 lets the heap grow to several times what is in use.
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=10");

let largest = 0;
const sampler = setInterval(() => {
  largest = Math.max(largest, process.memoryUsage.rss());
}, 20);

async function measured(name: string, work: () => Promise<unknown>): Promise<number> {
  largest = 0;
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${name.padEnd(46)} ${seconds.toFixed(1).padStart(7)} s ${Math.round(largest / 2 ** 20)} MB`);
  return seconds;
}

const server = target === undefined ? await startPostgres({ fsync: true }) : undefined;
const database = await openDatabase(target ?? (await server?.createDatabase()) ?? "");
const client = new AsyncAnthropic({
  apiKey: "none",
  fetch: async (input) => {
    const after = new URL(input instanceof Request ? input.url : String(input)).searchParams.get("after_id");
    return page(after === null ? 0 : Number(after.slice("activity_".length)) + 1);
  },
});
let writing = 0;
const timed: Database = {
  ...database,
  async transaction(body) {
    const start = performance.now();
    try {
      return await database.transaction(body);
    } finally {
      writing += (performance.now() - start) / 1000;
    }
  },
};
const mirror = await openMirror({ database: timed, client, now: () => new Date(START + 3_600_000) });
await mirror.add({ list: "compliance.activities", slices: 1 });
await measured("pages without a database", async () => {
  for await (const _ of client.compliance.activities.list({ limit: "max" }).pages());
});
writing = 0;
await measured(`mirror, first run of ${count} rows`, () => mirror.run("compliance.activities"));
const first = writing;
console.log(`  of it in transactions ${first.toFixed(1).padStart(32)} s`);
if (server !== undefined) {
  const folder = mkdtempSync(join(tmpdir(), "pageturn-copy-"));
  chmodSync(folder, 0o777);
  const file = join(folder, "rows.copy");
  const out = createWriteStream(file);
  // The server writes the file, and this process only makes it writable.
  out.end();
  await finished(out);
  chmodSync(file, 0o666);
  const table = "pageturn.compliance_activities";
  await database.query(`COPY ${table} TO '${file}'`);
  await database.query(`CREATE TABLE pageturn.copied (LIKE ${table} INCLUDING ALL)`);
  const copy = await measured("plain COPY of the same rows", () =>
    database.query(`COPY pageturn.copied FROM '${file}'`),
  );
  console.log(`transactions / COPY: ${(first / copy).toFixed(2)}`);
  rmSync(folder, { recursive: true });
}
await database.query("UPDATE pageturn._lists SET position = NULL");
await measured("mirror, the same rows again", () => mirror.run("compliance.activities"));
await measured("verify", () => mirror.verify("compliance.activities"));
clearInterval(sampler);
await database.close();
await server?.[Symbol.asyncDispose]();
