import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job, PgBoss } from "pg-boss";
import type { Database } from "../database/database.ts";
import type { Mirror } from "../mirror/mirror.ts";
import type { RunResult } from "../mirror/mirror-types.ts";
import { quoted } from "../schema/identifiers.ts";
import { openQueue, PARTS, type PartJob } from "./job-queue.ts";

/** Options of {@link MirrorWorker}. */
export interface MirrorWorkerOptions {
  readonly mirror: Mirror;
  readonly database: Database;
  /** The schema of the mirror. The queue is in `<schema>_jobs`. Default: `"pageturn"`. */
  readonly schema?: string;
  /** How many parts are walked at once. Default: 4; with PGlite all of them share one connection. */
  readonly concurrency?: number;
  /** How often it looks for lists that are due, in seconds. Default: 1. */
  readonly tickSeconds?: number;
  /** The seconds between two signs of life of a part: see `walkPart`. Default: 2. */
  readonly heartbeatSeconds?: number;
  readonly onRun?: (result: RunResult) => void;
  /** What failed and is tried again. */
  readonly onError?: (error: Error) => void;
}

/** After so many seconds the parts of a run that is still open are queued again. */
const QUEUE_AGAIN = 60;

/** Thrown for a part that another worker has, or that was stopped: pg-boss starts its job again. */
class Again extends Error {
  override name = "Again";
}

/**
 * Runs all lists of a mirror when they are due. Any number of workers on any number of machines share the work: each part of a run
 * is a job. That rows are exact does not depend on the queue, but on the leases of the parts.
 */
export class MirrorWorker {
  readonly #options: Required<
    Pick<MirrorWorkerOptions, "concurrency" | "tickSeconds" | "schema" | "heartbeatSeconds">
  > &
    MirrorWorkerOptions;
  /** Unique over all machines. */
  readonly #name = `${hostname()}:${process.pid}:${randomUUID()}`;
  readonly #stop = new AbortController();
  /** When the parts of a list are queued again, if its run is still open: jobs that failed for good are gone. */
  readonly #queuedUntil = new Map<string, number>();
  #boss: PgBoss | undefined;
  #ticking: Promise<void> | undefined;
  #takingOver: Promise<void> | undefined;

  constructor(options: MirrorWorkerOptions) {
    this.#options = { concurrency: 4, tickSeconds: 1, schema: "pageturn", heartbeatSeconds: 2, ...options };
  }

  /** Begins to work. Throws if the queue cannot be opened. */
  async start(): Promise<void> {
    const { database, schema, concurrency } = this.#options;
    const boss = await openQueue(database, { schema, onError: (error) => this.#failed(error) });
    this.#boss = boss;
    for (let worker = 0; worker < concurrency; worker += 1) {
      const id: string = await boss.work<PartJob>(PARTS, { pollingIntervalSeconds: 0.5 }, async ([job]) => {
        if (job !== undefined) await this.#walk(job);
        // Without this, the next part would wait for the next poll: parts of one page would take half a second each.
        boss.notifyWorker(id);
      });
    }
    this.#ticking = this.#tick(boss);
  }

  /** Finishes the pages at hand, gives the jobs back, and ends. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ticking;
    await this.#takingOver;
    await this.#boss?.stop({ graceful: true, timeout: 30_000, close: false });
    this.#boss = undefined;
  }

  async #tick(boss: PgBoss): Promise<void> {
    const { mirror, tickSeconds } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for (const { name } of await mirror.dueLists()) await this.#enqueue(boss, name);
        await this.#takeOver();
      } catch (error) {
        this.#failed(error);
      }
      await sleep(tickSeconds * 1000, undefined, { signal }).catch(() => {});
    }
  }

  /** Queues the parts of a list that are not complete. Those that are queued or active already are left as they are. */
  async #enqueue(boss: PgBoss, name: string): Promise<void> {
    if (performance.now() < (this.#queuedUntil.get(name) ?? 0)) return;
    const run = await this.#options.mirror.startRun(name);
    if (run === null) return;
    this.#queuedUntil.set(name, performance.now() + QUEUE_AGAIN * 1000);
    if (run.parts.length === 0) {
      await this.#settle(run.runId);
      return;
    }
    const jobs = run.parts.map(({ partId }, index) => ({
      data: { name, runId: run.runId, partId } satisfies PartJob,
      singletonKey: String(partId),
      // The first parts of all lists come first: a list with thousands of parts does not keep the others waiting.
      priority: -index,
    }));
    await boss.insert(PARTS, jobs);
  }

  /**
   * Goes on with one part whose worker has died. The queue notices that after 10 seconds, which is the least that pg-boss allows; the
   * lease ends earlier. When the queue starts the job again, it finds the part taken, or complete.
   */
  async #takeOver(): Promise<void> {
    if (this.#takingOver !== undefined) return;
    const schema = quoted(this.#options.mirror.schema);
    const { rows } = await this.#options.database.query<{ part_id: string; run_id: string; name: string }>(
      `SELECT part_id, run_id, name FROM ${schema}._parts JOIN ${schema}._runs USING (run_id) JOIN ${schema}._lists USING (list_id)
       WHERE outcome = 'open' AND state = 'waiting' AND lease_until < clock_timestamp() ORDER BY random() LIMIT 1`,
    );
    const [part] = rows;
    if (part === undefined) return;
    const data = { name: part.name, runId: Number(part.run_id), partId: Number(part.part_id) };
    this.#takingOver = this.#walk({ data, signal: this.#stop.signal })
      // It was noted. The queue tries again.
      .catch(() => {})
      .finally(() => {
        this.#takingOver = undefined;
      });
  }

  async #walk({ data, signal }: Pick<Job<PartJob>, "data" | "signal">): Promise<void> {
    const stop = AbortSignal.any([signal, this.#stop.signal]);
    const result = await this.#options.mirror
      .walkPart(data.partId, {
        worker: this.#name,
        signal: stop,
        heartbeatSeconds: this.#options.heartbeatSeconds,
      })
      .catch((error) => {
        this.#failed(error);
        throw error;
      });
    if (result === "busy" || result === "stopped") throw new Again(`The part ${data.partId} is ${result}`);
    // The worker that has taken the part over ends the run.
    if (result !== "lost" && !(await this.#options.mirror.isWaiting(data.runId)))
      await this.#settle(data.runId);
  }

  async #settle(runId: number): Promise<void> {
    const result = await this.#options.mirror.settleRun(runId);
    if (result.outcome === "open") return;
    this.#queuedUntil.delete(result.name);
    this.#options.onRun?.(result);
  }

  #failed(error: unknown): void {
    this.#options.onError?.(error instanceof Error ? error : new Error(String(error)));
  }
}
