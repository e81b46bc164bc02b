import { AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { afterEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open-database.ts";
import { MirrorWorker, type MirrorWorkerOptions } from "../../src/jobs/mirror-worker.ts";
import { openMirror } from "../../src/mirror/mirror.ts";
import type { RunResult } from "../../src/mirror/mirror-types.ts";
import { databases } from "../support/databases.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

async function started(target: () => Promise<string>, items: number | Record<string, number>) {
  const server = await startMockServer({ items });
  const database = await openDatabase(await target());
  open.push(server, { [Symbol.asyncDispose]: () => database.close() });
  const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey });
  return { server, database, mirror: await openMirror({ database, client }) };
}

/** Starts workers, and waits until `count` runs have ended. */
async function runsOf(
  count: number,
  workers: readonly Omit<MirrorWorkerOptions, "onRun">[],
): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  const errors: Error[] = [];
  await new Promise<void>((resolve, reject) => {
    const onRun = (result: RunResult) => {
      results.push(result);
      if (results.length === count) resolve();
    };
    for (const options of workers) {
      const worker = new MirrorWorker({ ...options, onRun, onError: (error) => errors.push(error) });
      open.push({ [Symbol.asyncDispose]: () => worker.stop() });
      worker.start().catch(reject);
    }
    setTimeout(
      () => reject(new AggregateError(errors, `${results.length} of ${count} runs have ended`)),
      25_000,
    ).unref();
  });
  return results;
}

const keysIn = async (database: Database, table: string) =>
  (await database.query(`SELECT _key FROM pageturn."${table}" WHERE _deleted_at IS NULL`)).rows.length;

describe.each(databases)("on %s", (_, target) => {
  test("all lists are run when they are due, each once", async () => {
    const { server, database, mirror } = await started(target, 120);
    for (const list of ["models", "organization.users", "compliance.activities"])
      await mirror.add({
        list,
        ...(list.startsWith("comp") && { since: new Date("2026-09-01"), slices: 4 }),
      });
    const results = await runsOf(3, [{ mirror, database }]);
    expect(results.map(({ name, outcome }) => [name, outcome]).toSorted()).toEqual([
      ["compliance.activities", "complete"],
      ["models", "complete"],
      ["organization.users", "complete"],
    ]);
    for (const { table } of await mirror.lists()) expect(await keysIn(database, table)).toBe(120);
    const requests = (await server.requests()).length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    // None is due again.
    expect((await server.requests()).length).toBe(requests);
  });

  test("two workers share the parts, and no page is requested twice", async () => {
    const { server, database, mirror } = await started(target, 400);
    await mirror.add({
      list: "compliance.activities",
      since: new Date("2026-09-01"),
      slices: 8,
      parameters: { limit: 20 },
    });
    const [result] = await runsOf(1, [
      { mirror, database, concurrency: 2 },
      { mirror, database, concurrency: 2 },
    ]);
    expect(result).toMatchObject({ outcome: "complete", partsComplete: 8 });
    const [list] = await mirror.lists();
    expect(await keysIn(database, list?.table ?? "")).toBe(400);
    expect((await server.requests()).length).toBe(result?.pages);
  });

  test("parts of one page do not wait for the next poll of the queue", async () => {
    const { database, mirror } = await started(target, { skills: 100, "skills.versions": 1 });
    await mirror.add({ list: "skills" });
    await mirror.run("skills");
    await mirror.add({ list: "skills.versions", parents: "skills" });
    const begin = performance.now();
    expect(await runsOf(1, [{ mirror, database }])).toMatchObject([
      { outcome: "complete", parts: 100, rows: 100 },
    ]);
    // Four parts for each poll would take 12.5 seconds.
    expect(performance.now() - begin).toBeLessThan(9000);
  });

  test("a part whose request fails is walked on from where it was", async () => {
    const { server, database, mirror } = await started(target, 100);
    await mirror.add({ list: "models", parameters: { limit: 10 } });
    await server.setScript([{ fault: "status", status: 404, page: 5, times: 1 }]);
    const [result] = await runsOf(1, [{ mirror, database }]);
    expect(result).toMatchObject({ outcome: "complete", rows: 100 });
    expect((await server.requests()).length).toBeLessThanOrEqual(12);
  });
});
