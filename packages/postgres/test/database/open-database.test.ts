import fs from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { AsyncAnthropic } from "pageturn";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type CuttingProxy, startProxy } from "../../scripts/cutting-proxy.ts";
import { MirrorWorker, openDatabase, openMirror } from "../../src/index.ts";
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

describe("an address", () => {
  test.each([
    "mysql://u:SECRET@127.0.0.1/a",
    "postgres:/u:SECRET@127.0.0.1/a",
    "postgresql+ssl://u:SECRET@h/a",
  ])("that is none of PostgreSQL is no folder: %s", async (address) => {
    const folder = await newFolder();
    const before = process.cwd();
    process.chdir(folder);
    try {
      const refused = await openDatabase(address).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        kind: "database",
        message: expect.stringMatching(
          /^Cannot open a database whose address begins with [^@]*: use postgres:/,
        ),
      });
      expect(String(refused)).not.toContain("SECRET");
      expect(fs.readdirSync(folder)).toEqual([]);
    } finally {
      process.chdir(before);
    }
  });

  test.each([
    '"postgres://u:SECRET@localhost:1/db"',
    "'postgres://u:SECRET@localhost:1/db'",
    "host=localhost port=1 user=u password=SECRET dbname=x",
    "u:SECRET@localhost:1/db",
    "postgres:u:SECRET@localhost/db",
    "//u:SECRET@localhost/db",
    "postgres//u:SECRET@localhost/db",
    "\\\\u:SECRET@localhost",
    '"u',
  ])("that is not recognized is no folder: %s", async (address) => {
    const refused = await openDatabase(address).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      kind: "database",
      message: expect.stringContaining("or begin the path with ./"),
    });
    expect(String(refused)).not.toContain("SECRET");
  });

  test.each(["./a@b", "../a@b", "/a@b"])("is no path that begins as one: %s", async (path) => {
    const folder = await newFolder();
    const before = process.cwd();
    process.chdir(folder);
    try {
      const target = path.startsWith("/") ? folder + path : path;
      await expect(openDatabase(target, { create: false })).rejects.toThrow("because there is none");
    } finally {
      process.chdir(before);
    }
  });
});

describe("PostgreSQL with defaults of its own", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const admin = async (url: string, statement: string) => {
    const database = await openDatabase(url);
    await database.query(statement);
    await database.close();
  };

  test.each([
    ["standard_conforming_strings", "off", "on"],
    ["default_transaction_isolation", "serializable", "read committed"],
    ["datestyle", "German", "ISO, DMY"],
    ["extra_float_digits", "-15", "1"],
  ])("has %s as the mirror needs it", async (name, other, wanted) => {
    const url = await server.createDatabase();
    const database = new URL(url).pathname.slice(1);
    await admin(url, `ALTER DATABASE ${database} SET ${name} = '${other}'`);
    const opened = await openDatabase(url);
    expect((await opened.query(`SHOW ${name}`)).rows).toEqual([
      { [name === "datestyle" ? "DateStyle" : name]: wanted },
    ]);
    const mirror = await openMirror({ database: opened, client: new AsyncAnthropic({ apiKey: "x" }) });
    const errors: Error[] = [];
    const worker = new MirrorWorker({ mirror, database: opened, onError: (error) => errors.push(error) });
    await worker.start();
    await worker.stop();
    expect(errors).toEqual([]);
    await opened.close();
  });

  test.each(["LATIN1", "SQL_ASCII"])("is refused with the encoding %s", async (encoding) => {
    const url = new URL(await server.createDatabase());
    await admin(url.href, `CREATE DATABASE ${encoding} ENCODING '${encoding}' TEMPLATE template0`);
    url.pathname = encoding.toLowerCase();
    await expect(openDatabase(url.href)).rejects.toMatchObject({
      name: "MirrorError",
      kind: "database",
      message: expect.stringMatching(`^Cannot use a database whose encoding is ${encoding}: make one with`),
    });
  });

  test.each(["require", "prefer", "verify-ca"])("with sslmode=%s gives no warning", async (mode) => {
    const warned = vi.spyOn(process, "emitWarning");
    const url = await server.createDatabase();
    // The server has no TLS.
    await expect(openDatabase(`${url}?sslmode=${mode}`)).rejects.toThrow("does not support SSL");
    await expect(openDatabase(`${url}?application_name=a&sslmode=${mode}&connect_timeout=9`)).rejects.toThrow(
      "does not support SSL",
    );
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
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
    const database = await openDatabase(through(), { timeoutSeconds: 3 });
    const silent = proxy.silence(6000);
    await expect(database.query("SELECT 1")).rejects.toThrow("it has sent nothing for 3 seconds");
    const transaction = database.transaction((inner) => inner.query("SELECT 1"));
    await silent;
    await transaction.catch(() => {});
    expect((await database.query("SELECT 2 AS two")).rows).toEqual([{ two: 2 }]);
    await database.close();
  });

  test("leaves no locks behind on the server", async () => {
    const [gone, other] = [
      await openDatabase(through(), { timeoutSeconds: 3 }),
      await openDatabase(url.href),
    ];
    await other.query("CREATE TABLE locked AS SELECT 1 AS one");
    let silent: Promise<void> | undefined;
    const transaction = gone.transaction(async (inner) => {
      await inner.query("SELECT one FROM locked FOR UPDATE");
      silent = proxy.silence(8000);
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
    const hex = (port: number) => `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
    const [local, remote] = [hex(rows[0]?.port ?? 0), hex(Number(url.port))];
    // A closed connection from the same port to another one may still be listed.
    const line = (await readFile("/proc/net/tcp", "utf8"))
      .split("\n")
      .map((text) => text.trim().split(/\s+/))
      .find(([, from, to]) => from?.endsWith(local) && to?.endsWith(remote));
    // The timer of the socket: 02 is keepalive, with the time until the next probe in hundredths of a second.
    expect(line?.[5]).toMatch(/^02:/);
    expect(Number.parseInt(line?.[5]?.slice(3) ?? "", 16)).toBeLessThanOrEqual(1000);
    await database.close();
  });
});

test("the server writes times in one style, whatever that of its database is", async () => {
  await using server = await startPostgres();
  const address = await server.createDatabase();
  const name = new URL(address).pathname.slice(1);
  const first = await openDatabase(address);
  await first.query(`ALTER DATABASE "${name}" SET datestyle = 'SQL, DMY'`);
  await first.close();
  const database = await openDatabase(address.replace("postgres", "Postgres"));
  const { rows } = await database.query(
    "SELECT timestamptz '2026-02-01T00:00:00Z' AS at, datestyle FROM (SELECT current_setting('datestyle')) AS s (datestyle)",
  );
  expect(rows).toEqual([{ at: new Date("2026-02-01T00:00:00Z"), datestyle: "ISO, DMY" }]);
  await database.close();
});

test("a server that cannot be reached is an error", async () => {
  await expect(openDatabase("postgres://127.0.0.1:1/none")).rejects.toThrow("ECONNREFUSED");
});
