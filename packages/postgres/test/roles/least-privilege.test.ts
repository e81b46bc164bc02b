import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import {
  type Database,
  keyWithin,
  MirrorWorker,
  openDatabase,
  openMirror,
  RateBudget,
  readStatus,
} from "../../src/index.ts";
import { startPostgres } from "../support/postgres-server.ts";

const server = startPostgres();
afterAll(async () => (await server)[Symbol.asyncDispose]());

/** The SQL that the README gives to an administrator. */
function documentedSQL(): string {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const [, sql] = /```sql\n(CREATE ROLE[^`]+)```/.exec(readme) ?? [];
  if (sql === undefined) throw new Error("The README has no SQL for the roles");
  return sql;
}

test("a role that owns its own two schemas runs a mirror, and can do no more; a reader reads", async () => {
  const url = new URL(await (await server).createDatabase());
  const admin = new pg.Client(url.href);
  await admin.connect();
  await admin.query("CREATE TABLE public.secrets (id int)");
  await admin.query(documentedSQL());
  await admin.end();

  await using api = await startMockServer({ items: 60 });
  url.username = "pageturn";
  const database = await openDatabase(url.href);
  const client = new AsyncAnthropic({ baseURL: api.url, apiKey: api.apiKey });
  const mirror = await openMirror({ database, client });
  await mirror.add({ list: "models" });
  await new Promise<void>((resolve, reject) => {
    const worker = new MirrorWorker({
      mirror,
      database,
      onRun: () => worker.stop().then(resolve, reject),
      onError: reject,
    });
    worker.start().catch(reject);
  });
  expect((await mirror.list("models")).rows).toBe(60);
  await expect(database.query("SELECT * FROM public.secrets")).rejects.toThrow("permission denied");
  await expect(database.query("CREATE SCHEMA another")).rejects.toThrow("permission denied");
  await expect(database.query("CREATE TABLE public.mine (id int)")).rejects.toThrow("permission denied");
  // The key of the API is nowhere in the database.
  const { rows: tables } = await database.query<{ name: string }>(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname LIKE 'pageturn%'",
  );
  for (const { name } of tables) {
    const { rows } = await database.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
    expect(rows.some(({ text }) => text.includes(api.apiKey))).toBe(false);
  }
  await database.close();

  url.username = "pageturn_reader";
  const reader = await openDatabase(url.href);
  expect((await reader.query("SELECT * FROM pageturn.models")).rows).toHaveLength(60);
  await expect(reader.query("DELETE FROM pageturn.models")).rejects.toThrow("permission denied");
  await readsAll(reader, api);
  await reader.close();

  // As on a replica.
  const replica = await openDatabase(`${url.href}?options=-c%20default_transaction_read_only=on`);
  await readsAll(replica, api);
  await replica.close();

  const owner = await openDatabase(Object.assign(url, { username: "pageturn" }).href);
  await owner.query("DELETE FROM pageturn._migrations WHERE version > 5");
  await owner.close();
  const late = await openDatabase(Object.assign(url, { username: "pageturn_reader" }).href);
  await expect(openMirror({ database: late, client })).rejects.toMatchObject({
    name: "MirrorError",
    message: expect.stringMatching(
      /has version 5, this release needs \d+, .*: open the mirror once as its owner$/,
    ),
  });
  await late.close();
});

/** What `pageturn mirror status` and `verify` do. */
async function readsAll(database: Database, { url, apiKey }: { url: string; apiKey: string }): Promise<void> {
  const budget = new RateBudget({ database, key: apiKey });
  const client = new AsyncAnthropic({ baseURL: url, apiKey: keyWithin(budget, apiKey) });
  const mirror = await openMirror({ database, client });
  expect((await readStatus(mirror)).lists).toMatchObject([{ name: "models", rows: 60, state: "good" }]);
  expect(await mirror.verify("models")).toMatchObject({ compared: 60, missing: 0, complete: true });
  await expect(mirror.run("models")).rejects.toThrow(/permission denied|read-only transaction/);
  await budget.close();
}

test("if the role cannot create a schema, the error names the schema that an administrator has to create", async () => {
  const url = new URL(await (await server).createDatabase());
  const admin = new pg.Client(url.href);
  await admin.connect();
  await admin.query('CREATE ROLE "the-mirror" LOGIN');
  url.username = "the-mirror";
  const database = await openDatabase(url.href);
  const options = { database, schema: "company-mirror", client: new AsyncAnthropic({ apiKey: "x" }) };
  const refused = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: "MirrorError", kind: "database" });
    const [, sql] =
      /because the role the-mirror may not: let an administrator run (.*)$/.exec(String(error)) ?? [];
    await admin.query(sql ?? "");
  };
  await refused(openMirror(options));
  const worker = new MirrorWorker({ mirror: await openMirror(options), database, onError: () => {} });
  await refused(worker.start());
  await worker.start();
  await worker.stop();
  await database.close();
  await admin.end();
});
