import { AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { startProxy } from "../../scripts/cutting-proxy.ts";
import type { Database } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open-database.ts";
import { openQueue, PARTS } from "../../src/jobs/job-queue.ts";
import { MirrorWorker, type MirrorWorkerOptions } from "../../src/jobs/mirror-worker.ts";
import { openMirror } from "../../src/mirror/mirror.ts";
import type { RunResult } from "../../src/mirror/mirror-types.ts";
import { MirrorError } from "../../src/mirror-error.ts";
import { databases } from "../support/databases.ts";
import { startPostgres } from "../support/postgres-server.ts";

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
      200_000,
    ).unref();
  });
  return results;
}

const jobsOf = async (database: Database) =>
  (
    await database.query(
      `SELECT state::text, retry_count, start_after <= clock_timestamp() AS is_due FROM pageturn_jobs.job
       WHERE state < 'completed'`,
    )
  ).rows;

const keysIn = async (database: Database, table: string) =>
  (await database.query(`SELECT _key FROM pageturn."${table}" WHERE _deleted_at IS NULL`)).rows.length;

/** Whether a statement makes the queue of a worker that starts. */
const isCreation = (text: string) => text.includes(".create_queue('");

/** A database whose statements are known. `before` is called with the number of each, from 1. */
function watch(database: Database, before: (number: number, text: string) => unknown = () => {}) {
  const texts: string[] = [];
  const next = async (text: string) => {
    texts.push(text);
    await before(texts.length, text);
  };
  const watched: Database = {
    ...database,
    async query<R extends object>(text: string, values?: readonly unknown[]) {
      await next(text);
      return database.query<R>(text, values);
    },
    async execute(text) {
      await next(text);
      return database.execute(text);
    },
  };
  /** The queue looks for jobs twice a second, and for itself every two seconds. */
  const staysQuiet = async () => {
    const { length } = texts;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(texts.slice(length)).toEqual([]);
  };
  return { database: watched, texts, staysQuiet };
}

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

  test("a list whose run cannot begin keeps no other one waiting, and is not tried each second", async () => {
    const { database, mirror } = await started(target, 20);
    await mirror.add({ list: "organization.usage_report.messages" });
    await database.query(`UPDATE pageturn._lists SET parameters = '{"bucket_width":"5x"}'`);
    await mirror.add({ list: "models" });
    const errors: string[] = [];
    const options = {
      mirror,
      database,
      tickSeconds: 0.05,
      onError: ({ message }: Error) => errors.push(message),
    };
    await new Promise<void>((resolve, reject) => {
      const worker = new MirrorWorker({ ...options, onRun: () => resolve() });
      open.push({ [Symbol.asyncDispose]: () => worker.stop() });
      worker.start().catch(reject);
    });
    const why = expect.stringContaining("because the length of its buckets is not known: 5x");
    await expect.poll(() => errors).toEqual([why]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(errors).toEqual([why]);
    const { nextRunAt, runs } = await mirror.list("organization.usage_report.messages");
    expect(runs).toMatchObject([{ outcome: "incomplete", parts: 0, errors: 1, lastError: why }]);
    expect(nextRunAt.getTime() - Date.now()).toBeGreaterThan(200_000);
  });

  test("an option that is undefined is its default", async () => {
    const { database, mirror } = await started(target, 20);
    await mirror.add({ list: "models" });
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    const undefinedOptions = {
      concurrency: undefined,
      tickSeconds: undefined,
      heartbeatSeconds: undefined,
    } as object;
    const [result] = await runsOf(1, [{ mirror, database, ...undefinedOptions }]);
    process.off("warning", onWarning);
    expect(result).toMatchObject({ outcome: "complete", rows: 20 });
    expect(warnings).toEqual([]);
  });

  test("options with which nothing would work are refused, and the error names option, rule and value", async () => {
    const { database, mirror } = await started(target, 20);
    const rules = {
      concurrency: "a whole number of at least 1",
      tickSeconds: "a number of seconds from 0.01 to 86400",
      heartbeatSeconds: "a number of seconds from 0.01 to 86400",
    };
    for (const [option, rule] of Object.entries(rules))
      for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, null, "1", 1e-9, 2 ** 53]) {
        const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
        expect(() => new MirrorWorker({ mirror, database, [option]: value })).toThrow(
          new MirrorError(`Cannot make a worker because ${option} must be ${rule}: ${shown}`),
        );
      }
    await mirror.add({ list: "models" });
    const plan = await mirror.startRun("models");
    const partId = plan?.parts[0]?.partId ?? 0;
    for (const heartbeatSeconds of [0, Number.NaN])
      await expect(mirror.walkPart(partId, { worker: "a", heartbeatSeconds })).rejects.toThrow(
        `Cannot walk part ${partId} because heartbeatSeconds must be a number of seconds from 0.01 to 86400: ${heartbeatSeconds}`,
      );
  });

  test("a worker that is stopped while it starts does not begin, and nothing of it goes on", async () => {
    const { server, database, mirror } = await started(target, 20);
    await mirror.add({ list: "models" });
    const times: readonly ((number: number, text: string) => boolean)[] = [
      (number) => number === 1,
      (_, text) => isCreation(text),
      // The first of its parts of work looks for a job.
      (_, text) => text.includes("SKIP LOCKED"),
    ];
    const quiet: Promise<unknown>[] = [];
    for (const isTime of times) {
      let stopping: Promise<void> | undefined;
      const watched = watch(database, (number, text) => {
        if (isTime(number, text)) stopping ??= worker.stop();
      });
      const errors: Error[] = [];
      const onError = (error: Error) => errors.push(error);
      const worker = new MirrorWorker({ mirror, database: watched.database, onError });
      await worker.start();
      expect(stopping).toBeDefined();
      await stopping;
      const check = watched.staysQuiet().then(() => expect(errors).toEqual([]));
      // It may fail while the next worker starts, before all are awaited.
      check.catch(() => {});
      quiet.push(check);
    }
    await Promise.all(quiet);
    expect(await jobsOf(database)).toEqual([]);
    expect(await server.requests()).toEqual([]);
  });

  test("a worker that was stopped cannot be started again", async () => {
    const { database, mirror } = await started(target, 20);
    const watched = watch(database);
    const error = new MirrorError("Cannot start a worker that was stopped: make another MirrorWorker");
    const worker = new MirrorWorker({ mirror, database: watched.database });
    await worker.start();
    await worker.stop();
    await expect(worker.start()).rejects.toThrow(error);
    await watched.staysQuiet();
    const idle = new MirrorWorker({ mirror, database: watched.database });
    await idle.stop();
    await expect(idle.start()).rejects.toThrow(error);
    await watched.staysQuiet();
  });

  test("a worker that is started twice is one worker", async () => {
    const { database, mirror } = await started(target, 20);
    const watched = watch(database);
    const worker = new MirrorWorker({ mirror, database: watched.database });
    open.push({ [Symbol.asyncDispose]: () => worker.stop() });
    await Promise.all([worker.start(), worker.start()]);
    await worker.start();
    expect(watched.texts.filter((text) => isCreation(text))).toHaveLength(1);
    await worker.stop();
    await watched.staysQuiet();
  });

  test("a worker whose start has failed leaves nothing behind, and can be started again", async () => {
    const { database, mirror } = await started(target, 20);
    await mirror.add({ list: "models" });
    let isAway = true;
    const watched = watch(database, (_, text) => {
      if (isAway && isCreation(text)) throw new Error("The database is away");
    });
    const results: RunResult[] = [];
    const onRun = (result: RunResult) => results.push(result);
    const worker = new MirrorWorker({ mirror, database: watched.database, onRun });
    open.push({ [Symbol.asyncDispose]: () => worker.stop() });
    await expect(worker.start()).rejects.toThrow("The database is away");
    await watched.staysQuiet();
    isAway = false;
    await worker.start();
    await expect.poll(() => results, { timeout: 120_000 }).toMatchObject([{ outcome: "complete" }]);
  });

  test("a mirror in a schema with any name has a queue of its own", async () => {
    const { server, database, mirror: plain } = await started(target, 60);
    const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey });
    const names = [
      "company-mirror",
      'a"b',
      "Company",
      "company",
      "60 letters ".repeat(6),
      "ü'%$.\\",
      "x".repeat(45),
    ];
    const mirrors = [plain];
    for (const schema of [...names, "x".repeat(50)])
      mirrors.push(await openMirror({ database, client, schema }));
    for (const mirror of mirrors) await mirror.add({ list: "models", name: mirror.schema });
    // None gets the parts of another one.
    const workers = mirrors.map((mirror) => ({ mirror, database, concurrency: 1 }));
    const results = await runsOf(mirrors.length, workers);
    expect(results.map(({ name, rows }) => [name, rows]).toSorted()).toEqual(
      mirrors.map(({ schema }) => [schema, 60]).toSorted(),
    );
    const { rows } = await database.query("SELECT 1 FROM pg_namespace WHERE nspname ~ 'jobs'");
    expect(rows).toHaveLength(mirrors.length);
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
    expect(await runsOf(1, [{ mirror, database, concurrency: 1 }])).toMatchObject([
      { outcome: "complete", parts: 100, rows: 100 },
    ]);
    // One part for each poll would take 50 seconds.
    expect(performance.now() - begin).toBeLessThan(45_000);
  });

  test("a run that another process has ended is not reported again", async () => {
    const { database, mirror } = await started(target, 60);
    await mirror.add({ list: "models" });
    await mirror.add({ list: "organization.users" });
    // The worker is stopped before it walks the part that it has queued.
    const plan = await mirror.startRun("models");
    const boss = await openQueue(database, { schema: mirror.schema, onError: () => {} });
    const data = { name: "models", runId: plan?.runId ?? 0, partId: plan?.parts[0]?.partId ?? 0 };
    await boss.insert(PARTS, [{ data, singletonKey: String(data.partId), priority: 1 }]);
    await boss.stop({ close: false });
    expect(await mirror.run("models")).toMatchObject({ outcome: "complete", endedHere: true });
    expect(await mirror.settleRun(data.runId)).toMatchObject({ outcome: "complete", endedHere: false });
    const results = await runsOf(1, [{ mirror, database }]);
    expect(results.map(({ name }) => name)).toEqual(["organization.users"]);
    const left = async () =>
      (await database.query("SELECT 1 FROM pageturn_jobs.job WHERE state <> 'completed'")).rows;
    await expect.poll(left).toEqual([]);
    expect(results).toHaveLength(1);
  });

  test("a list that is removed and added again is run at once", async () => {
    const { server, database, mirror } = await started(target, 60);
    await mirror.add({ list: "models" });
    // The run stays open.
    await server.setScript([{ fault: "status", status: 401, path: "/v1/models", times: 1000 }]);
    const ended = runsOf(1, [{ mirror, database }]);
    await expect
      .poll(async () => (await mirror.list("models")).runs[0]?.errors ?? 0, { timeout: 120_000 })
      .toBeGreaterThan(0);
    await mirror.remove("models", { drop: true });
    await server.setScript([]);
    await mirror.add({ list: "models" });
    const [result] = await ended;
    expect(result).toMatchObject({ name: "models", outcome: "complete", rows: 60 });
  });

  test("a part that was stopped is taken up at once, however often that was", async () => {
    const { server, database, mirror } = await started(target, 300);
    await mirror.add({ list: "models", parameters: { limit: 1 } });
    await server.setScript([{ fault: "delay", ms: 100, times: 1000 }]);
    for (let time = 0; time < 6; time += 1) {
      const before = (await server.requests()).length;
      const worker = new MirrorWorker({ mirror, database, onError: () => {} });
      open.push({ [Symbol.asyncDispose]: () => worker.stop() });
      await worker.start();
      await expect
        .poll(async () => (await server.requests()).length, { timeout: 120_000, interval: 20 })
        .toBeGreaterThan(before + 1);
      await worker.stop();
      // The next worker finds it due.
      expect(await jobsOf(database)).toEqual([{ state: "created", retry_count: 0, is_due: true }]);
    }
  });

  test("the delays of a part start again after each page; without a page, each delay is longer", async () => {
    const { server, database, mirror } = await started(target, 100);
    await mirror.add({ list: "models", parameters: { limit: 10 } });
    await server.setScript([
      ...[2, 3, 4, 5, 6].map((page) => ({ fault: "status", status: 401, page, times: 1 }) as const),
      { fault: "status", status: 401, page: 8, times: 1000 },
    ]);
    const errors: Error[] = [];
    const worker = new MirrorWorker({ mirror, database, onError: (error) => errors.push(error) });
    open.push({ [Symbol.asyncDispose]: () => worker.stop() });
    await worker.start();
    await expect.poll(() => errors.length, { timeout: 120_000 }).toBeGreaterThanOrEqual(8);
    await expect
      .poll(() => jobsOf(database), { timeout: 120_000, interval: 20 })
      .toMatchObject([{ state: "retry", retry_count: expect.any(Number) }]);
    // Six failures came after a page: only those after them count as retries.
    const [job] = await jobsOf(database);
    expect(job?.["retry_count"]).toBeGreaterThan(0);
    expect(job?.["retry_count"]).toBeLessThanOrEqual(errors.length - 7);
  });

  test("a part whose request fails is walked on from where it was", async () => {
    const { server, database, mirror } = await started(target, 100);
    await mirror.add({ list: "models", parameters: { limit: 10 } });
    await server.setScript([{ fault: "status", status: 401, page: 5, times: 1 }]);
    const [result] = await runsOf(1, [{ mirror, database }]);
    expect(result).toMatchObject({ outcome: "complete", rows: 100 });
    expect((await server.requests()).length).toBeLessThanOrEqual(12);
  });
});

test("a worker on a machine whose clock is ahead runs lists at the time of the database", async () => {
  const [, target] = databases[0] ?? [];
  if (target === undefined) throw new Error("There is no database");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * 86_400_000 });
  try {
    const { database, mirror } = await started(target, 60);
    await mirror.add({ list: "models" });
    await mirror.add({ list: "organization.usage_report.messages" });
    const results = await runsOf(2, [{ mirror, database }]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["complete", "complete"]);
    const { rows } = await database.query<{ wrong: number }>(
      `SELECT count(*)::int AS wrong FROM pageturn._lists
       WHERE position > clock_timestamp() OR next_run_at > clock_timestamp() + every_seconds * interval '1 second'`,
    );
    expect(rows).toEqual([{ wrong: 0 }]);
  } finally {
    vi.useRealTimers();
  }
});

test("a worker whose database answers nothing ends", async () => {
  await using postgres = await startPostgres();
  const url = new URL(await postgres.createDatabase());
  const proxy = await startProxy(postgres.port);
  url.port = String(proxy.port);
  const { database, mirror } = await started(async () => url.href, 60);
  await mirror.add({ list: "models" });
  const errors: Error[] = [];
  const worker = new MirrorWorker({ mirror, database, onError: (error) => errors.push(error) });
  await worker.start();
  // Until the test has ended.
  proxy.silence(240_000).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const begin = performance.now();
  await worker.stop();
  await database.close();
  // Two waits of 15 seconds would take 30.
  expect(performance.now() - begin).toBeLessThan(29_000);
  expect(errors.map(({ message }) => message)).toContain("The database has not answered for 15 seconds");
  open.pop();
  await proxy.close();
});

test("a worker that is stopped while its database does not answer does not begin afterwards", async () => {
  const [, target] = databases[0] ?? [];
  if (target === undefined) throw new Error("There is no database");
  const { database, mirror } = await started(target, 60);
  await mirror.add({ list: "models" });
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const watched = watch(database, () => answered);
  const errors: string[] = [];
  const onError = ({ message }: Error) => errors.push(message);
  const worker = new MirrorWorker({ mirror, database: watched.database, onError });
  const starting = worker.start();
  await worker.stop();
  expect(errors).toEqual(["The database has not answered for 15 seconds"]);
  answer();
  await starting;
  await watched.staysQuiet();
  expect(await jobsOf(database)).toEqual([]);
});
