import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { JobInsert, JobWithMetadata, PgBoss } from "pg-boss";
import type { Database } from "../database/database.ts";
import { isPassing, reasonOf, withinSeconds } from "../database/passing-failure.ts";
import { checkOption } from "../mirror/check-option.ts";
import type { Mirror } from "../mirror/mirror.ts";
import type { MirrorList, PartResult, RunResult } from "../mirror/mirror-types.ts";
import { LEASE_ENDED } from "../mirror/part-lease.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted } from "../schema/identifiers.ts";
import { openQueue, PARTS, type PartJob } from "./job-queue.ts";

/** Options of {@link MirrorWorker}. */
export interface MirrorWorkerOptions {
  readonly mirror: Mirror;
  readonly database: Database;
  /** How many parts are walked at once. Default: 4; with PGlite all of them share one connection. */
  readonly concurrency?: number;
  /** How often it looks for lists that are due, in seconds. Default: 1. */
  readonly tickSeconds?: number;
  /** The seconds between two signs of life of a part: see `walkPart`. Default: 2. */
  readonly heartbeatSeconds?: number;
  /** Is called for each run that this worker has ended. */
  readonly onRun?: (result: RunResult) => void;
  /** What failed and is tried again. */
  readonly onError?: (error: Error) => void;
}

/** After so many seconds the parts of a run that is still open are queued again. */
const QUEUE_AGAIN = 60;

/** The longest that a worker needs for its end, in seconds: it is left half of the time that Kubernetes gives. */
const STOP_SECONDS = 15;
/** The seconds after which a part is taken up again: one that another worker has, and one that has failed after a page. */
const BUSY_AGAIN = 5;
const FAILED_AGAIN = 1;

/**
 * Runs all lists of a mirror when they are due. Any number of workers on any number of machines share the work: each part of a run
 * is a job. That rows are exact does not depend on the queue, but on the leases of the parts.
 */
export class MirrorWorker {
  readonly #options: Required<Pick<MirrorWorkerOptions, "concurrency" | "tickSeconds" | "heartbeatSeconds">> &
    MirrorWorkerOptions;
  /** Unique over all machines. */
  readonly #name = `${hostname()}:${process.pid}:${randomUUID()}`;
  readonly #stop = new AbortController();
  /** When the parts of a run are queued again, if it is still open: jobs that failed for good are gone. */
  readonly #queuedUntil = new Map<number, number>();
  #starting: Promise<void> | undefined;
  /** The queue, while the worker works. */
  #boss: PgBoss | undefined;
  #hasEnded = false;
  #ticking: Promise<void> | undefined;
  #takingOver: Promise<void> | undefined;

  /** Throws if an option has a value with which nothing would work. */
  constructor({ concurrency = 4, tickSeconds = 1, heartbeatSeconds = 2, ...options }: MirrorWorkerOptions) {
    const what = "make a worker";
    checkOption(what, { option: "concurrency", value: concurrency, rule: "count" });
    checkOption(what, { option: "tickSeconds", value: tickSeconds, rule: "timer" });
    checkOption(what, { option: "heartbeatSeconds", value: heartbeatSeconds, rule: "timer" });
    this.#options = { ...options, concurrency, tickSeconds, heartbeatSeconds };
  }

  /**
   * Begins to work. Throws if the queue cannot be opened: then it can be called again. While the worker starts or works, another call is the
   * same start. Throws if the worker was stopped.
   */
  async start(): Promise<void> {
    if (this.#stop.signal.aborted)
      throw new MirrorError("Cannot start a worker that was stopped: make another MirrorWorker");
    this.#starting ??= this.#begin().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    await this.#starting;
  }

  /**
   * Finishes the pages at hand, gives the jobs back, and ends. A start that is under way ends first, without an error. If the database does
   * not answer, it ends after 15 seconds all the same.
   */
  async stop(): Promise<void> {
    this.#stop.abort();
    const starting = this.#starting;
    if (starting === undefined) return;
    const end = async () => {
      // Its failure is for the one who has called it.
      await starting.catch(() => {});
      if (this.#boss !== undefined) await this.#end(this.#boss);
    };
    // Without it, the leases of the parts end by themselves.
    await withinSeconds(end(), STOP_SECONDS).catch((error) => this.#failed(error));
    // What fails afterwards is a consequence.
    this.#hasEnded = true;
    this.#boss = undefined;
  }

  async #begin(): Promise<void> {
    const { mirror, database, concurrency } = this.#options;
    const { schema } = mirror;
    const { signal } = this.#stop;
    const boss = await openQueue(database, { schema, onError: (error) => this.#failed(error) });
    try {
      for (let worker = 0; worker < concurrency && !signal.aborted; worker += 1) {
        const options = { pollingIntervalSeconds: 0.5, includeMetadata: true } as const;
        const id: string = await boss.work<PartJob, void, typeof options>(PARTS, options, async ([job]) => {
          if (job !== undefined) await this.#work(boss, job);
          // Without this, the next part would wait for the next poll: parts of one page would take half a second each.
          boss.notifyWorker(id);
        });
      }
      if (signal.aborted) return;
      this.#boss = boss;
      this.#ticking = this.#tick(boss);
    } finally {
      // Nobody else knows the queue: `stop` may no longer wait for it.
      if (this.#boss === undefined) await this.#end(boss).catch((error) => this.#failed(error));
    }
  }

  async #end(boss: PgBoss): Promise<void> {
    // Nothing more is fetched: a job that is given back would come again at once.
    await boss.offWork(PARTS, { wait: false });
    await this.#ticking;
    await this.#takingOver;
    await boss.stop({ graceful: true, timeout: STOP_SECONDS * 1000, close: false });
  }

  async #tick(boss: PgBoss): Promise<void> {
    const { mirror, tickSeconds } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for (const list of await mirror.dueLists()) await this.#tryEnqueue(boss, list);
        await this.#takeOver(boss);
      } catch (error) {
        this.#failed(error);
      }
      await sleep(tickSeconds * 1000, undefined, { signal }).catch(() => {});
    }
  }

  /** A list that fails keeps no other one waiting, and waits for its next time itself. */
  async #tryEnqueue(boss: PgBoss, list: MirrorList): Promise<void> {
    try {
      await this.#enqueue(boss, list);
    } catch (error) {
      this.#failed(error);
      // The database is away: the list is not the reason.
      if (!isPassing(error)) await this.#options.mirror.noteFailure(list.name, error);
    }
  }

  /** Queues the parts of a list that are not complete. Those that are queued or active already are left as they are. */
  async #enqueue(boss: PgBoss, { name, runs }: MirrorList): Promise<void> {
    const now = performance.now();
    for (const [runId, until] of this.#queuedUntil) if (until <= now) this.#queuedUntil.delete(runId);
    const [last] = runs;
    if (last?.outcome === "open" && this.#queuedUntil.has(last.runId)) return;
    const run = await this.#options.mirror.startRun(name);
    if (run === null) return;
    this.#queuedUntil.set(run.runId, now + QUEUE_AGAIN * 1000);
    if (run.parts.length === 0) {
      await this.#settle(run.runId);
      return;
    }
    const jobs = run.parts.map(({ partId }, index) =>
      // The first parts of all lists come first: a list with thousands of parts does not keep the others waiting.
      jobOf({ name, runId: run.runId, partId }, { priority: -index }),
    );
    await boss.insert(PARTS, jobs);
  }

  /**
   * Goes on with one part whose worker has died. The queue notices that after 10 seconds, which is the least that pg-boss allows; the
   * lease ends earlier. When the queue starts the job again, it finds the part taken, or complete.
   */
  async #takeOver(boss: PgBoss): Promise<void> {
    if (this.#takingOver !== undefined) return;
    const schema = quoted(this.#options.mirror.schema);
    const { rows } = await this.#options.database.query<{ part_id: string; run_id: string; name: string }>(
      `SELECT part_id, run_id, name FROM ${schema}._parts JOIN ${schema}._runs USING (run_id) JOIN ${schema}._lists USING (list_id)
       WHERE outcome = 'open' AND state = 'waiting' AND ${LEASE_ENDED} ORDER BY random() LIMIT 1`,
    );
    const [part] = rows;
    if (part === undefined) return;
    const data = { name: part.name, runId: Number(part.run_id), partId: Number(part.part_id) };
    this.#takingOver = this.#walk(data, this.#stop.signal)
      .then(async (end) => {
        // The queue may have seen in the meantime that the part is taken, and wait.
        if (end === "stopped") await giveBack(boss, data, { delay: 0 });
      })
      // It was noted. The queue tries again.
      .catch(() => {})
      .finally(() => {
        this.#takingOver = undefined;
      });
  }

  /**
   * Walks the part of a job. A job that is not done is replaced by a new one, which does not count as a retry: the queue doubles its delay with
   * each one. A failure without a page is one.
   */
  async #work(
    boss: PgBoss,
    { id, retryCount, data, priority, signal }: JobWithMetadata<PartJob>,
  ): Promise<void> {
    const end = await this.#walk(data, AbortSignal.any([signal, this.#stop.signal]));
    if (end === "done") return;
    const delay = { stopped: 0, busy: BUSY_AGAIN, failed: FAILED_AGAIN }[end];
    await giveBack(boss, data, { delay, priority, job: { id, retryCount } });
  }

  /** Walks a part. `failed`: after at least one page. Throws what failed before. */
  async #walk(data: PartJob, signal: AbortSignal): Promise<"done" | "busy" | "stopped" | "failed"> {
    let reached = 0;
    let isFurther = true;
    const onPage = ({ pages }: { readonly pages: number }) => {
      // A part whose checkpoint has expired begins again. One that does nothing else gets nowhere.
      if (pages <= reached) isFurther = false;
      reached = pages;
    };
    const { heartbeatSeconds, mirror } = this.#options;
    let result: PartResult;
    try {
      result = await mirror.walkPart(data.partId, { worker: this.#name, signal, heartbeatSeconds, onPage });
    } catch (error) {
      this.#failed(error);
      if (reached > 0 && isFurther) return "failed";
      throw error;
    }
    if (result === "busy" || result === "stopped") return result;
    // The worker that has taken the part over ends the run.
    if (result !== "lost" && !(await mirror.isWaiting(data.runId))) await this.#settle(data.runId);
    return "done";
  }

  async #settle(runId: number): Promise<void> {
    const result = await this.#options.mirror.settleRun(runId);
    if (result.outcome === "open") return;
    this.#queuedUntil.delete(runId);
    // A job that was queued before another process has run the list finds it ended.
    if (result.endedHere) this.#options.onRun?.(result);
  }

  #failed(error: unknown): void {
    if (this.#hasEnded) return;
    this.#options.onError?.(error instanceof Error ? error : new Error(reasonOf(error), { cause: error }));
  }
}

/** The job of a part. */
function jobOf(
  data: PartJob,
  { priority, delay = 0 }: { priority: number; delay?: number },
): JobInsert<PartJob> {
  return { data, singletonKey: String(data.partId), priority, startAfter: delay };
}

/**
 * Replaces the job of a part with a new one, which begins after `delay` seconds. `job` is the active one of this worker; without it, the job
 * is replaced only while no other worker has it.
 */
async function giveBack(
  boss: PgBoss,
  data: PartJob,
  {
    delay,
    priority = 0,
    job,
  }: { delay: number; priority?: number; job?: { id: string; retryCount: number } },
): Promise<void> {
  // If the process dies in between, the part is queued again with the others of its run.
  if (job !== undefined) {
    await boss.deleteJob(PARTS, [job]);
    await boss.insert(PARTS, [jobOf(data, { priority, delay })]);
    return;
  }
  const [queued] = await boss.findJobs<PartJob>(PARTS, { key: String(data.partId), queued: true });
  if (queued !== undefined) await boss.deleteJob(PARTS, queued.id);
  // At most one job of a part is queued or active: beside an active one, this does nothing.
  await boss.insert(PARTS, [jobOf(data, { priority: queued?.priority ?? 0, delay })]);
}
