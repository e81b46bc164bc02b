import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AsyncAnthropic } from "pageturn";
import { type MockServer, startMockServer } from "pageturn/testing";
import { type AddList, type Database, type Mirror, openDatabase, openMirror } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres-server.ts";
import { startProxy } from "./cutting-proxy.ts";

/** What a fault acts on. */
interface Scene {
  readonly api: MockServer;
  readonly database: Database;
  readonly mirror: Mirror;
  readonly workers: ChildProcess[];
  readonly random: (below: number) => number;
  readonly startWorker: () => ChildProcess;
  readonly killPostgres: () => Promise<void>;
  readonly cutNetwork: (ms: number) => Promise<void>;
}

/** How a run with faults has ended. */
export interface FaultReport {
  readonly faults: Readonly<Record<string, number>>;
  readonly runs: number;
  readonly rows: number;
  /** Rows that are missing, extra or different after the last run, in words. Empty if all are exact. */
  readonly wrong: readonly string[];
  /** Pages that the API has served. Refused requests are not counted. */
  readonly requests: number;
  /** Pages that the same runs need without faults. */
  readonly undisturbed: number;
  readonly seconds: number;
}

const SNAPSHOTS = ["models", "skills", "organization.users", "organization.workspaces", "messages.batches"];
const LIMIT = 20;

function listsOf(items: number): readonly AddList[] {
  const parameters = { limit: LIMIT };
  return [
    ...SNAPSHOTS.map((list): AddList => ({ list, mode: "snapshot", every: 1, parameters })),
    // With all parts at once, and no second run: what it has to see does not depend on the time.
    {
      list: "compliance.activities",
      mode: "feed",
      every: 86_400,
      slices: 16,
      since: new Date(Date.parse("2026-10-01T00:00:00Z") - items * 60_000),
      parameters,
    },
  ];
}

/** All kinds of faults. Each ends with the cause removed. */
const FAULTS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async "kill -9 of a worker"({ workers, random, startWorker }) {
    const index = random(workers.length);
    workers[index]?.kill("SIGKILL");
    workers[index] = startWorker();
  },
  "kill -9 of PostgreSQL": ({ killPostgres }) => killPostgres(),
  "network cut": ({ cutNetwork, random }) => cutNetwork(100 + random(900)),
  async "zombie after its lease"({ workers, random, mirror }) {
    const worker = workers[random(workers.length)];
    worker?.kill("SIGSTOP");
    // Its leases end after 3 seconds. This process takes its parts over, and then it wakes up.
    await sleep(3200);
    const name = SNAPSHOTS[random(SNAPSHOTS.length)] ?? "models";
    const takeOver = mirror.run(name).catch(() => {});
    await sleep(random(300));
    worker?.kill("SIGCONT");
    await takeOver;
  },
  "429 storm": ({ api }) => storm(api, { status: 429, headers: { "retry-after-ms": "200" } }),
  "529 storm": ({ api }) => storm(api, { status: 529, headers: { "retry-after-ms": "50" } }),
  async "expired cursor"({ api, random }) {
    const page = 2 + random(8);
    const path = ["/v1/skills", "/v1/models", "/v1/compliance/activities"][random(3)] ?? "";
    await api.setScript([{ fault: "cursorExpired", page, path, times: 1 }]);
    await sleep(500);
    await api.setScript([]);
  },
  async "full disk"({ database, mirror, random }) {
    const name = SNAPSHOTS[random(SNAPSHOTS.length)] ?? "models";
    const { table } = await mirror.list(name);
    // What a full disk does to a transaction: an error of class 53 in the middle of it.
    await database.execute(`CREATE OR REPLACE FUNCTION pageturn.disk_is_full() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
      CREATE TRIGGER disk_is_full BEFORE INSERT OR UPDATE ON pageturn."${table}" EXECUTE FUNCTION pageturn.disk_is_full()`);
    await sleep(700);
    await database.execute(`DROP TRIGGER disk_is_full ON pageturn."${table}"`);
  },
  async "two told to run one list"({ mirror, random }) {
    await mirror.run(SNAPSHOTS[random(SNAPSHOTS.length)] ?? "models");
  },
};

async function storm(
  api: MockServer,
  answer: { status: number; headers: Record<string, string> },
): Promise<void> {
  await api.setScript([{ fault: "status", ...answer, times: 20 }]);
  await sleep(700);
  await api.setScript([]);
}

/** Plays `count` faults at random moments against workers as processes, and compares what is there afterwards with the API. */
export async function runFaults(options: {
  readonly count: number;
  readonly seed: number;
  readonly items?: number;
  readonly workers?: number;
  readonly onFault?: (text: string) => void;
}): Promise<FaultReport> {
  const { count, seed, items = 800, workers: workerCount = 3, onFault = () => {} } = options;
  const began = performance.now();
  await using postgres = await startPostgres({ fsync: true });
  await using api = await startMockServer({ items, latencyMs: 10, maxLoggedRequests: 1_000_000 });
  const client = new AsyncAnthropic({ baseURL: api.url, apiKey: api.apiKey, maxRetries: 8 });
  const served = async () => (await api.requests()).filter(({ status }) => status === 200).length;

  // What each list needs without faults.
  const quiet = new Map<string, number>();
  const quietDatabase = await openDatabase(await postgres.createDatabase());
  const quietMirror = await openMirror({ database: quietDatabase, client });
  for (const list of listsOf(items)) {
    const before = await served();
    await quietMirror.add(list);
    await quietMirror.run(list.list);
    quiet.set(list.list, (await served()) - before);
  }
  await quietDatabase.close();

  const url = new URL(await postgres.createDatabase());
  const proxy = await startProxy(postgres.port);
  const database = await openDatabase(url.href);
  const mirror = await openMirror({ database, client });
  for (const list of listsOf(items)) await mirror.add(list);
  url.port = String(proxy.port);
  const startWorker = () =>
    spawn(process.execPath, [join(import.meta.dirname, "worker-process.ts")], {
      env: { ...process.env, DATABASE: url.href, ANTHROPIC_BASE_URL: api.url, ANTHROPIC_API_KEY: api.apiKey },
      stdio: ["ignore", "ignore", "inherit"],
    });
  const random = randomOf(seed);
  const before = await served();
  const workers = Array.from({ length: workerCount }, startWorker);
  const scene: Scene = {
    api,
    database,
    mirror,
    workers,
    random,
    startWorker,
    cutNetwork: proxy.cut,
    async killPostgres() {
      await postgres.kill();
      await sleep(random(500));
      await postgres.restart();
    },
  };
  let ended = 0;
  const played: Record<string, number> = {};
  const round: string[] = [];
  try {
    await sleep(2000);
    for (let number = 0; number < count; number += 1) {
      await sleep(200 + random(1300));
      // Every kind is played in each round, in an order of its own.
      if (round.length === 0) round.push(...Object.keys(FAULTS));
      const [kind = ""] = round.splice(random(round.length), 1);
      onFault(`${number + 1}/${count} ${kind}`);
      await persistently(() => FAULTS[kind]?.(scene) ?? Promise.resolve());
      played[kind] = (played[kind] ?? 0) + 1;
    }
    // Nothing new begins, and what has begun ends.
    await database.query("UPDATE pageturn._lists SET every_seconds = 86400");
    await untilQuiet(mirror, database);
    ended = workers.filter(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null).length;
  } finally {
    for (const worker of workers) worker.kill("SIGKILL");
    await proxy.close();
  }
  const requests = (await served()) - before;
  const report = await compared(mirror, database, { quiet, items });
  await database.close();
  const wrong = [...report.wrong, ...(ended > 0 ? [`${ended} workers have ended by themselves`] : [])];
  return { faults: played, ...report, wrong, requests, seconds: (performance.now() - began) / 1000 };
}

/** A fault whose own statement fails, because the server has just come back, is played again. */
async function persistently(play: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await play();
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(250);
    }
  }
}

/** Waits until no run is open and none is due. */
async function untilQuiet(mirror: Mirror, database: Database): Promise<void> {
  const until = performance.now() + 300_000;
  for (;;) {
    const { rows } = await database.query("SELECT 1 FROM pageturn._runs WHERE outcome = 'open'");
    if (rows.length === 0 && (await mirror.dueLists()).length === 0) return;
    if (performance.now() > until)
      throw new Error(`Runs are still open: ${JSON.stringify(await mirror.lists())}`);
    await sleep(250);
  }
}

async function compared(
  mirror: Mirror,
  database: Database,
  { quiet, items }: { quiet: ReadonlyMap<string, number>; items: number },
): Promise<Pick<FaultReport, "runs" | "rows" | "wrong" | "undisturbed">> {
  const { rows: runs } = await database.query<{
    name: string;
    outcome: string;
    deleted: string;
    count: string;
  }>(
    `SELECT name, outcome, sum(deleted) AS deleted, count(*) AS count FROM pageturn._runs JOIN pageturn._lists USING (list_id)
     GROUP BY name, outcome`,
  );
  const wrong: string[] = [];
  let total = 0;
  for (const { name, table } of await mirror.lists()) {
    const { missing, extra, different, complete } = await mirror.verify(name);
    const { rows } = await database.query<{ count: string }>(
      `SELECT count(*) AS count FROM pageturn."${table}" WHERE _deleted_at IS NULL`,
    );
    const count = Number(rows[0]?.count);
    total += count;
    if (missing + extra + different > 0 || !complete || count !== items)
      wrong.push(
        `${name}: ${count} of ${items} rows, ${missing} missing, ${extra} extra, ${different} different`,
      );
  }
  // Nothing was ever deleted in the API.
  for (const { name, deleted, outcome } of runs) {
    if (Number(deleted) > 0) wrong.push(`${name}: ${deleted} rows were marked as deleted`);
    if (outcome !== "complete") wrong.push(`${name}: a run is ${outcome}`);
  }
  const undisturbed = runs.reduce((sum, run) => sum + Number(run.count) * (quiet.get(run.name) ?? 0), 0);
  return { runs: runs.reduce((sum, run) => sum + Number(run.count), 0), rows: total, wrong, undisturbed };
}

/** Random numbers that a seed repeats (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below) | 0;
  };
}
