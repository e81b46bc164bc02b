import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startProxy } from "../../scripts/cutting-proxy.ts";
import { isOfDatabase, isPassing, reasonOf } from "../../src/database/passing-failure.ts";
import { openDatabase, openMirror } from "../../src/index.ts";
import { FakeAPI } from "../support/fake-api.ts";
import { startPostgres } from "../support/postgres-server.ts";

const FULL_DISK = `CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
  CREATE TRIGGER disk_is_full BEFORE INSERT ON pageturn.models EXECUTE FUNCTION disk_is_full()`;

describe("a failure that passes", () => {
  test("makes no request twice: PostgreSQL is killed, the network is cut and silent, the disk is full", async () => {
    await using server = await startPostgres({ fsync: true });
    const proxy = await startProxy(server.port);
    const url = new URL(await server.createDatabase());
    const direct = await openDatabase(url.href);
    url.port = String(proxy.port);
    const database = await openDatabase(url.href, { timeoutSeconds: 3 });
    const api = new FakeAPI();
    const mirror = await openMirror({ database, client: api.client() });
    await mirror.add({ list: "models" });
    for (let id = 0; id < 15; id += 1) api.models.set({ id: `m${id}`, created_at: "2026-01-01T00:00:00Z" });
    const faults = [
      async () => {
        await server.kill();
        await server.restart();
      },
      () => proxy.cut(300),
      () => proxy.silence(4500),
      async () => {
        await direct.execute(FULL_DISK);
        await sleep(300);
        await direct.execute("DROP FUNCTION disk_is_full CASCADE");
      },
    ];
    const played: Promise<void>[] = [];
    api.onRequest = async () => {
      // One after the other: each meets the transaction of a page.
      await played.at(-1);
      const fault = faults.shift();
      if (fault !== undefined) played.push(fault());
    };
    expect(await mirror.run("models")).toMatchObject({ outcome: "complete", pages: 5, rows: 15, errors: 0 });
    expect(played).toHaveLength(4);
    expect(api.requests).toBe(5);
    await Promise.all(played);
    await database.close();
    await direct.close();
    await proxy.close();
  });

  test.each([
    ["a conflict", { severity: "ERROR", code: "40P01" }, true],
    ["a server that starts", { severity: "FATAL", code: "57P03" }, true],
    ["a transaction whose client was stopped", { severity: "FATAL", code: "25P03" }, true],
    ["a transaction that has failed", { severity: "ERROR", code: "25P02" }, false],
    ["a value that does not fit", { severity: "ERROR", code: "22P02" }, false],
    ["a table that is missing", { severity: "ERROR", code: "42P01" }, false],
    ["a broken pipe", { code: "EPIPE" }, true],
    ["a fault of a program", {}, false],
  ])("is recognised: %s", (name, fields, wanted) => {
    expect(isPassing(Object.assign(new Error(name), fields))).toBe(wanted);
  });

  test.each([
    ["a conflict", { severity: "ERROR", code: "40P01" }, true],
    ["a role that may not log in", { severity: "FATAL", code: "28P01" }, true],
    ["a database that is gone", { severity: "FATAL", code: "3D000" }, true],
    ["a row that a constraint refuses", { severity: "ERROR", code: "23514" }, false],
    ["a table that is missing", { severity: "ERROR", code: "42P01" }, false],
    ["a file that is missing", { code: "28P01" }, false],
  ])("concerns the whole database or not: %s", (name, fields, wanted) => {
    expect(isOfDatabase(Object.assign(new Error(name), fields))).toBe(wanted);
  });
});

test("the reason of an error without a text is that of its first error", () => {
  const refused = new AggregateError([new Error("connect ECONNREFUSED ::1:5432"), new Error("other")]);
  expect(reasonOf(refused)).toBe("connect ECONNREFUSED ::1:5432");
  expect(reasonOf(new AggregateError([refused], "all of them"))).toBe("all of them");
  expect(reasonOf({ ...new Error("copy"), message: "copy", queue: "parts" })).toBe("copy");
  expect(reasonOf({ ...refused, message: "", errors: refused.errors })).toBe("connect ECONNREFUSED ::1:5432");
  expect(reasonOf(new RangeError())).toBe("RangeError");
  expect(reasonOf("text")).toBe("text");
  expect(reasonOf(new Error("timeout expired (Queue: parts)"))).toBe(
    "no connection to the database within 30 seconds (Queue: parts)",
  );
});
