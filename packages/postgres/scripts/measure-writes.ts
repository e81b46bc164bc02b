/**
 * Measures how fast rows are written: a mirror of a list of activities against a plain `COPY` of the same rows into a table with the
 * same columns and key. Both are measured in each round, one after the other, so that other programs of the machine slow both down.
 * Prints the best time of all rounds, the CPU time of this process and of the connections to PostgreSQL (Linux only), and the largest
 * memory of this process.
 *
 *     node packages/postgres/scripts/measure-writes.ts [rows] [rounds] [postgres://… or folder]
 *
 * Without a target it starts a PostgreSQL server of the tests. `COPY` reads a file on the server, which is the fastest way in.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { AsyncAnthropic } from "pageturn";
import { KeySet } from "../src/catalog/key-set.ts";
import { type Database, openDatabase, openMirror } from "../src/index.ts";
import { readList, tableOf } from "../src/mirror/list-store.ts";
import { startPostgres } from "../test/support/postgres-server.ts";

const [count, rounds] = [Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 3)];
const target = process.argv[4];
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

/** Seconds and megabytes. */
interface Measured {
  readonly seconds: number;
  /** Of this process. */
  readonly cpu: number;
  /** Of the processes of PostgreSQL that have a connection; `null` where it is not known. */
  readonly server: number | null;
  readonly memory: number;
}

/** The CPU time of the processes of PostgreSQL that have or had a connection, in seconds. */
function serverSeconds(parent: number | undefined): number | null {
  if (parent === undefined || process.platform !== "linux") return null;
  // Connections that were closed count as children that have ended.
  let ticks = sum(statOf(parent).fields.slice(11, 13));
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const { parent: of, fields } = statOf(pid);
      const isClient = readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("postgres: postgres ");
      if (of === parent && isClient) ticks += sum(fields.slice(9, 11));
    } catch {
      // The process has ended.
    }
  }
  return ticks / 100;
}

function statOf(pid: number | string): { readonly parent: number; readonly fields: readonly number[] } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [, parent, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { parent: Number(parent), fields: fields.map(Number) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

async function measured(work: () => Promise<unknown>): Promise<Measured> {
  // What one measurement has left to write is not written in the next one.
  if (server !== undefined) await database.query("CHECKPOINT");
  largest = 0;
  const [start, cpu, before] = [performance.now(), process.cpuUsage(), serverSeconds(server?.pid)];
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const after = serverSeconds(server?.pid);
  largest = Math.max(largest, process.memoryUsage.rss());
  return {
    seconds,
    cpu: (user + system) / 1e6,
    server: before === null || after === null ? null : after - before,
    memory: Math.round(largest / 2 ** 20),
  };
}

const results = new Map<string, Measured>();

/** Keeps the best of each number over all rounds. */
function keep(name: string, result: Measured): void {
  const best = results.get(name) ?? result;
  const least = (a: number | null, b: number | null) => (a === null || b === null ? null : Math.min(a, b));
  results.set(name, {
    seconds: Math.min(best.seconds, result.seconds),
    cpu: Math.min(best.cpu, result.cpu),
    server: least(best.server, result.server),
    memory: Math.max(best.memory, result.memory),
  });
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
/** Writes prepared rows, each page in a transaction: without the pages that a run fetches and prepares on the same thread meanwhile. */
async function measureWrites(name: string): Promise<void> {
  const table = tableOf(await readList(database, mirror.schema, { name }), mirror.schema);
  const options = { runId: 0, parent: null, now: new Date(START).toISOString(), marksSeen: false };
  let seconds = 0;
  const whole = await measured(async () => {
    for (let first = 0; first < count; first += PAGE) {
      const items = Array.from({ length: Math.min(PAGE, count - first) }, (_, index) => item(first + index));
      const rows = table.rows(items, { seen: new KeySet() });
      const start = performance.now();
      await database.transaction((transaction) => table.upsert(transaction, rows, options));
      seconds += (performance.now() - start) / 1000;
    }
  });
  keep("writes of prepared rows", { ...whole, seconds });
  await database.query(`TRUNCATE ${table.name}`);
}

const mirror = await openMirror({ database: timed, client, now: () => new Date(START + 3_600_000) });
const folder = mkdtempSync(join(tmpdir(), "pageturn-copy-"));
const file = join(folder, "rows.copy");
chmodSync(folder, 0o777);
// The server writes the file, and this process only makes it writable.
writeFileSync(file, "");
chmodSync(file, 0o666);
for (let round = 1; round <= rounds; round += 1) {
  const name = `round ${round}`;
  const { table } = await mirror.add({ list: "compliance.activities", name, slices: 1 });
  await measureWrites(name);
  const pages = await measured(async () => {
    for await (const _ of client.compliance.activities.list({ limit: "max" }).pages());
  });
  keep("pages without a database", pages);
  writing = 0;
  const first = await measured(() => mirror.run(name));
  keep("mirror, first run", first);
  keep("  of it in transactions", { ...first, seconds: writing });
  if (server !== undefined) {
    await database.query(`COPY pageturn."${table}" TO '${file}'`);
    await database.query(`CREATE TABLE pageturn.copied (LIKE pageturn."${table}" INCLUDING ALL)`);
    keep("plain COPY", await measured(() => database.query(`COPY pageturn.copied FROM '${file}'`)));
    await database.query("DROP TABLE pageturn.copied");
  }
  await database.query("UPDATE pageturn._lists SET position = NULL");
  keep("mirror, the same rows again", await measured(() => mirror.run(name)));
  keep("verify", await measured(() => mirror.verify(name)));
  await mirror.remove(name, { drop: true });
}
rmSync(folder, { recursive: true });
console.table(
  Object.fromEntries(
    [...results].map(([name, { seconds, cpu, server: served, memory }]) => [
      name,
      {
        seconds: seconds.toFixed(2),
        "CPU here": cpu.toFixed(2),
        "CPU of PostgreSQL": served?.toFixed(2),
        MB: memory,
      },
    ]),
  ),
);
const copy = results.get("plain COPY");
for (const name of ["writes of prepared rows", "  of it in transactions"]) {
  const written = results.get(name);
  if (written === undefined || copy === undefined) continue;
  const served = written.server === null || copy.server === null ? null : written.server / copy.server;
  console.log(
    `${name.trim()} / COPY: ${(written.seconds / copy.seconds).toFixed(2)} of its time, ${served?.toFixed(2)} of its CPU of PostgreSQL`,
  );
}
clearInterval(sampler);
await database.close();
await server?.[Symbol.asyncDispose]();
