import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AsyncAnthropic } from "pageturn";
import { type MockServer, startMockServer } from "pageturn/testing";
import { listOf, openList } from "../src/catalog/list-source.ts";
import { canonicalJSON } from "../src/catalog/row-values.ts";
import { type AddList, type Database, type Mirror, openDatabase, openMirror } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres-server.ts";
import { type ChangingData, changeData } from "./changing-data.ts";
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
  readonly silenceNetwork: (ms: number) => Promise<void>;
}

/** How a run with faults has ended. */
export interface FaultReport {
  readonly faults: Readonly<Record<string, number>>;
  readonly runs: number;
  readonly rows: number;
  /** How often the data of the API has changed while the faults were played. */
  readonly changes: number;
  /** Rows that are missing, extra or different after the last run, in words. Empty if all are exact. */
  readonly wrong: readonly string[];
  /** Pages that the API has served. Refused requests are not counted. */
  readonly requests: number;
  /** Pages that the same runs need without faults. */
  readonly undisturbed: number;
  readonly seconds: number;
}

const SNAPSHOTS = ["models", "skills", "organization.users", "organization.workspaces", "messages.batches"];
const CHILDREN = "organization.workspaces.members";
const REPORT = "organization.usage_report.messages";
const LIMIT = 20;
/** The data of the server ends here. */
const NOW = Date.parse("2026-10-01T00:00:00Z");
const DAY = 86_400_000;
/** The days of the report, and the workspaces with their members. */
const [DAYS, PARENTS, MEMBERS] = [40, 12, 50];

function listsOf(items: number): readonly AddList[] {
  const parameters = { limit: LIMIT };
  return [
    ...SNAPSHOTS.map((list): AddList => ({ list, mode: "snapshot", every: 1, parameters })),
    { list: CHILDREN, parents: "organization.workspaces", every: 1, parameters },
    // All of it is restated, so that each run requests all days.
    {
      list: REPORT,
      every: 1,
      since: new Date(NOW - DAYS * DAY),
      lookback: 10 * 365 * 86_400,
      parameters: { limit: 7, group_by: ["model"] },
    },
    // With all parts at once, and no second run: what it has to see does not depend on the time.
    {
      list: "compliance.activities",
      mode: "feed",
      every: 86_400,
      slices: 16,
      since: new Date(NOW - items * 60_000),
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
  // Longer than the workers wait for an answer.
  "network cut without a word": ({ silenceNetwork, random }) => silenceNetwork(2500 + random(1000)),
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
  await using api = await startMockServer({
    items: {
      ...Object.fromEntries([...SNAPSHOTS, "compliance.activities"].map((list) => [list, items])),
      "organization.workspaces": PARENTS,
      [CHILDREN]: MEMBERS,
    },
    now: new Date(NOW).toISOString(),
    latencyMs: 10,
    maxLoggedRequests: 1_000_000,
  });
  const client = new AsyncAnthropic({ baseURL: api.url, apiKey: api.apiKey, maxRetries: 8 });
  const served = async () => (await api.requests()).filter(({ status }) => status === 200).length;

  // What each list needs without faults. The data changes by a few pages, so that it is measured before and after.
  const quiet = new Map<string, number>();
  const measureQuiet = async () => {
    const quietDatabase = await openDatabase(await postgres.createDatabase());
    const quietMirror = await openMirror({ database: quietDatabase, client });
    for (const list of listsOf(items)) {
      const start = await served();
      await quietMirror.add(list);
      await quietMirror.run(list.list);
      quiet.set(list.list, Math.max(quiet.get(list.list) ?? 0, (await served()) - start));
    }
    await quietDatabase.close();
  };
  await measureQuiet();

  const url = new URL(await postgres.createDatabase());
  const proxy = await startProxy(postgres.port);
  const database = await openDatabase(url.href);
  const mirror = await openMirror({ database, client });
  for (const list of listsOf(items)) await mirror.add(list);
  url.port = String(proxy.port);
  const startWorker = () =>
    spawn(process.execPath, [join(import.meta.dirname, "worker-process.ts")], {
      env: {
        ...process.env,
        DATABASE: url.href,
        ANTHROPIC_BASE_URL: api.url,
        ANTHROPIC_API_KEY: api.apiKey,
        TIMEOUT: "2",
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
  const random = randomOf(seed);
  const data = await changeData(api, {
    client,
    random: randomOf(seed + 1),
    days: { from: NOW - DAYS * DAY, count: DAYS },
  });
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
    silenceNetwork: proxy.silence,
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
    await data.stop();
    await database.query("UPDATE pageturn._lists SET every_seconds = 86400");
    await untilQuiet(mirror, database);
    // Runs that see all changes. Parents come first.
    for (const { list, mode } of await mirror.lists()) if (mode !== "feed") await mirror.run(list);
    ended = workers.filter(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null).length;
  } finally {
    await data.stop();
    for (const worker of workers) worker.kill("SIGKILL");
    await proxy.close();
  }
  const requests = (await served()) - before;
  await measureQuiet();
  // In between, lists were larger than before and after.
  const parents = data.largest("organization.workspaces");
  const largest = SNAPSHOTS.map((list) => [list, Math.ceil(data.largest(list) / LIMIT)] as const);
  for (const [list, pages] of [...largest, [CHILDREN, parents * Math.ceil(MEMBERS / LIMIT)] as const])
    quiet.set(list, Math.max(quiet.get(list) ?? 0, pages));
  const report = await compared(mirror, database, { quiet, client, data });
  await database.close();
  const wrong = [...report.wrong, ...(ended > 0 ? [`${ended} workers have ended by themselves`] : [])];
  return {
    faults: played,
    changes: data.count,
    ...report,
    wrong,
    requests,
    seconds: (performance.now() - began) / 1000,
  };
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
  options: {
    readonly quiet: ReadonlyMap<string, number>;
    readonly client: AsyncAnthropic;
    readonly data: ChangingData;
  },
): Promise<Pick<FaultReport, "runs" | "rows" | "wrong" | "undisturbed">> {
  const { quiet, client, data } = options;
  const { rows: runs } = await database.query<{
    name: string;
    mode: string;
    outcome: string;
    deleted: string;
    pages: string;
  }>("SELECT name, mode, outcome, deleted, pages FROM pageturn._runs JOIN pageturn._lists USING (list_id)");
  const wrong: string[] = [];
  let total = 0;
  for (const list of await mirror.lists()) {
    const { name, table } = list;
    const { missing, extra, different, complete } = await mirror.verify(name);
    if (missing + extra + different > 0 || !complete)
      wrong.push(`${name}: verify finds ${missing} missing, ${extra} extra, ${different} different`);
    const { rows } = await database.query<{ _raw: unknown }>(
      `SELECT _raw FROM pageturn."${table}" WHERE _deleted_at IS NULL`,
    );
    total += rows.length;
    if (rows.length !== list.rows) wrong.push(`${name}: ${rows.length} rows, and ${list.rows} are counted`);
    const stored = rows.map(({ _raw }) => canonicalJSON(_raw)).sort();
    const truth = (await itemsOf(client, list)).map(canonicalJSON).sort();
    if (stored.join("\n") !== truth.join("\n")) {
      const more = stored.filter((text) => !truth.includes(text));
      const fewer = truth.filter((text) => !stored.includes(text));
      wrong.push(
        `${name}: ${stored.length} rows of ${truth.length} items, ${more.length} of them wrong: ${more[0]} instead of ${fewer[0]}`,
      );
    }
    // What was always there and never changed was never marked as deleted: taking the mark away is a change.
    const { rows: touched } = await database.query<{ id: string }>(
      `SELECT _key AS id FROM pageturn."${table}" WHERE _key = ANY($1::text[]) AND (_deleted_at IS NOT NULL OR _changed_at <> _first_seen_at)`,
      [data.untouched(name).map((id) => canonicalJSON([id]))],
    );
    for (const { id } of touched) wrong.push(`${name}: ${id} was marked as deleted, or changed`);
  }
  for (const { name, mode, deleted, outcome } of runs) {
    if (mode !== "snapshot" && Number(deleted) > 0)
      wrong.push(`${name}: ${deleted} rows were marked as deleted`);
    if (outcome !== "complete") wrong.push(`${name}: a run is ${outcome}`);
  }
  // A run needs its own pages, and never more than the list had.
  const needed = runs.map(({ name, pages }) => Math.min(Number(pages), quiet.get(name) ?? 0));
  return {
    runs: runs.length,
    rows: total,
    wrong,
    undisturbed: needed.reduce((sum, pages) => sum + pages, 0),
  };
}

/** The items of a list as the API has them, without the mirror. */
async function itemsOf(
  client: AsyncAnthropic,
  { list, since }: { readonly list: string; readonly since: Date | null },
): Promise<readonly unknown[]> {
  if (list === CHILDREN) {
    const workspaces = await client.organization.workspaces.list().toArray();
    const members = workspaces.map(({ id }) => client.organization.workspaces.members.list(id).toArray());
    return (await Promise.all(members)).flat();
  }
  if (list === REPORT) {
    const days = await client.organization.usageReport.messages
      .list({
        starting_at: since?.toISOString() ?? "",
        ending_at: new Date().toISOString(),
        group_by: ["model"],
      })
      .toArray();
    return days.flatMap(({ results, ...day }) => results.map((result) => ({ ...day, ...result })));
  }
  const parameters = since === null ? {} : { "created_at.gte": since.toISOString() };
  return openList(client, listOf(list), { pathArgs: [], parameters }).toArray();
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
