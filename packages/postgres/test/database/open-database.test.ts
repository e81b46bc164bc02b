import fs from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type CuttingProxy, startProxy } from "../../scripts/cutting-proxy.ts";
import { openDatabase } from "../../src/index.ts";
import { databases } from "../support/databases.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pageturn-open-"));
  folders.push(folder);
  return folder;
}

describe.each(databases)("%s", (_, target) => {
  test("commits what a transaction has done, and nothing of one that fails", async () => {
    const database = await openDatabase(await target());
    await database.query("CREATE TABLE t (a text)");
    expect(
      await database.transaction(async (transaction) => {
        const { rowCount } = await transaction.query("INSERT INTO t SELECT unnest($1::text[])", [
          ["x", null, '{,"}'],
        ]);
        return rowCount;
      }),
    ).toBe(3);
    const failed = database.transaction(async (transaction) => {
      await transaction.query("DELETE FROM t");
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    const { rows } = await database.query("SELECT a FROM t ORDER BY a");
    expect(rows).toEqual(
      [{ a: "x" }, { a: '{,"}' }, { a: null }].sort((x, y) => String(x.a).localeCompare(String(y.a)) && 0),
    );
    const { rows: settings } = await database.query("SHOW synchronous_commit");
    expect(settings).toEqual([{ synchronous_commit: "on" }]);
    await database.close();
  });
});

describe("a folder", () => {
  test("is open in one process at a time, and keeps what was committed", async () => {
    const folder = await newFolder();
    const database = await openDatabase(folder);
    await expect(openDatabase(folder)).rejects.toMatchObject({
      name: "MirrorError",
      kind: "database",
      message: expect.stringContaining(`because process ${process.pid} on ${hostname()} has it open`),
    });
    const { rows } = await database.query("SHOW fsync");
    expect(rows).toEqual([{ fsync: "on" }]);
    await database.query("CREATE TABLE t AS SELECT 1 AS one");
    await database.close();
    const again = await openDatabase(folder);
    expect((await again.query("SELECT one FROM t")).rows).toEqual([{ one: 1 }]);
    await again.close();
  });

  test("is not created where it is said so", async () => {
    const folder = join(await newFolder(), "missing");
    await expect(openDatabase(folder, { create: false })).rejects.toThrow(
      `Cannot open the database in ${folder} because there is none`,
    );
    expect(fs.existsSync(folder)).toBe(false);
  });

  test.each([
    ["has ended", JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), start: "1" })],
    ["had the same id as this one", JSON.stringify({ pid: process.pid, host: hostname(), start: "1" })],
    ["died while it wrote the lock", "{"],
  ])("is taken over from a process that %s", async (_, lock) => {
    const folder = await newFolder();
    await writeFile(join(folder, "pageturn.lock"), lock);
    const database = await openDatabase(folder);
    expect(JSON.parse(await readFile(join(folder, "pageturn.lock"), "utf8"))).toMatchObject({
      pid: process.pid,
    });
    await database.close();
    await expect(readFile(join(folder, "pageturn.lock"))).rejects.toThrow("ENOENT");
  });

  test("has every commit on the disk before it is reported", async () => {
    const database = await openDatabase(await newFolder());
    await database.query("CREATE TABLE t (a int)");
    const synced = vi.spyOn(fs, "fsyncSync");
    syncBuiltinESMExports();
    try {
      for (let number = 0; number < 5; number += 1) await database.query("INSERT INTO t VALUES (1)");
      expect(synced.mock.calls.length).toBeGreaterThanOrEqual(5);
    } finally {
      synced.mockRestore();
      syncBuiltinESMExports();
    }
    await database.close();
  });

  test("is not taken over from a process on another machine", async () => {
    const folder = await newFolder();
    await writeFile(
      join(folder, "pageturn.lock"),
      JSON.stringify({ pid: 1, host: "elsewhere", start: null }),
    );
    await expect(openDatabase(folder)).rejects.toThrow("process 1 on elsewhere has it open");
  });
});

describe("a network that is cut without a word", () => {
  let server: PostgresServer;
  let proxy: CuttingProxy;
  let url: URL;
  beforeAll(async () => {
    server = await startPostgres();
    proxy = await startProxy(server.port);
    url = new URL(await server.createDatabase());
  });
  afterAll(async () => {
    await proxy.close();
    await server[Symbol.asyncDispose]();
  });
  const through = () => Object.assign(new URL(url), { port: String(proxy.port) }).href;

  test("makes statements fail, and the next ones find a new connection", async () => {
    const database = await openDatabase(through(), { timeoutSeconds: 1 });
    const silent = proxy.silence(2500);
    await expect(database.query("SELECT 1")).rejects.toThrow("it has sent nothing for 1 seconds");
    const transaction = database.transaction((inner) => inner.query("SELECT 1"));
    await silent;
    await transaction.catch(() => {});
    expect((await database.query("SELECT 2 AS two")).rows).toEqual([{ two: 2 }]);
    await database.close();
  });

  test("leaves no locks behind on the server", async () => {
    const [gone, other] = [
      await openDatabase(through(), { timeoutSeconds: 1 }),
      await openDatabase(url.href),
    ];
    await other.query("CREATE TABLE locked AS SELECT 1 AS one");
    let silent: Promise<void> | undefined;
    const transaction = gone.transaction(async (inner) => {
      await inner.query("SELECT one FROM locked FOR UPDATE");
      silent = proxy.silence(4000);
      await inner.query("SELECT 1");
    });
    await expect(transaction).rejects.toThrow();
    await other.query("SELECT one FROM locked FOR UPDATE");
    await silent;
    await gone.close();
    await other.close();
  });

  test.runIf(process.platform === "linux")("is noticed by probes of an idle connection", async () => {
    const database = await openDatabase(url.href);
    const { rows } = await database.query<{ port: number }>("SELECT inet_client_port() AS port");
    const local = `:${rows[0]?.port.toString(16).toUpperCase().padStart(4, "0")}`;
    const line = (await readFile("/proc/net/tcp", "utf8"))
      .split("\n")
      .map((text) => text.trim().split(/\s+/))
      .find(([, address]) => address?.endsWith(local));
    // The timer of the socket: 02 is keepalive, with the time until the next probe in hundredths of a second.
    expect(line?.[5]).toMatch(/^02:/);
    expect(Number.parseInt(line?.[5]?.slice(3) ?? "", 16)).toBeLessThanOrEqual(1000);
    await database.close();
  });
});

test("a server that cannot be reached is an error", async () => {
  await expect(openDatabase("postgres://127.0.0.1:1/none")).rejects.toThrow("ECONNREFUSED");
});
