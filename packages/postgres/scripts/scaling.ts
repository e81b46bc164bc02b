/**
 * Measures what more workers gain: 32 lists whose pages take 20 ms, walked by one worker and by four, each with one part at a time.
 * Then kills a worker in the middle of a part, and measures how long it takes until another one writes the next page. Prints both.
 *
 *     npm run scaling --workspace @pageturn/postgres
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { openDatabase, openMirror } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres-server.ts";

const LISTS = 32;
await using postgres = await startPostgres();
await using api = await startMockServer({ items: 1000, latencyMs: 20 });
const client = new AsyncAnthropic({ baseURL: api.url, apiKey: api.apiKey });

function startWorker(database: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, "worker-process.ts")], {
    env: {
      ...process.env,
      DATABASE: database,
      ANTHROPIC_BASE_URL: api.url,
      ANTHROPIC_API_KEY: api.apiKey,
      CONCURRENCY: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function ready({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error("The worker has no stdout");
  await once(stdout, "data");
}

/** The seconds from the moment at which all lists are due to the end of the last run. */
async function secondsWith(workers: number): Promise<number> {
  const url = await postgres.createDatabase();
  const database = await openDatabase(url);
  const mirror = await openMirror({ database, client });
  for (let number = 0; number < LISTS; number += 1)
    await mirror.add({ list: "models", name: `models ${number}`, parameters: { limit: 20 } });
  await database.query("UPDATE pageturn._lists SET next_run_at = 'infinity'");
  const children = Array.from({ length: workers }, () => startWorker(url));
  await Promise.all(children.map(ready));
  const began = performance.now();
  await database.query("UPDATE pageturn._lists SET next_run_at = now()");
  for (;;) {
    const { rows } = await database.query("SELECT 1 FROM pageturn._runs WHERE outcome = 'complete'");
    if (rows.length === LISTS) break;
    await sleep(20);
  }
  const seconds = (performance.now() - began) / 1000;
  for (const child of children) child.kill("SIGKILL");
  await database.close();
  return seconds;
}

/** The seconds from kill -9 of a worker to the next page, which another worker writes. */
async function secondsToTakeOver(): Promise<number> {
  const url = await postgres.createDatabase();
  const database = await openDatabase(url);
  const mirror = await openMirror({ database, client });
  await mirror.add({ list: "models", parameters: { limit: 1 } });
  const first = startWorker(url);
  await ready(first);
  const pages = async () => {
    const { rows } = await database.query<{ pages: string }>("SELECT pages FROM pageturn._parts");
    return Number(rows[0]?.pages ?? 0);
  };
  while ((await pages()) < 20) await sleep(20);
  const second = startWorker(url);
  await ready(second);
  first.kill("SIGKILL");
  await sleep(200);
  const began = performance.now() - 200;
  const before = await pages();
  while ((await pages()) === before) await sleep(20);
  const seconds = (performance.now() - began) / 1000;
  second.kill("SIGKILL");
  await database.close();
  return seconds;
}

const [one, four] = [await secondsWith(1), await secondsWith(4)];
console.table({
  "one worker, seconds": Number(one.toFixed(2)),
  "four workers, seconds": Number(four.toFixed(2)),
  "four against one": Number((four / one).toFixed(3)),
  "take-over after kill -9, seconds": Number((await secondsToTakeOver()).toFixed(1)),
});
if (four / one > 0.35) process.exitCode = 1;
