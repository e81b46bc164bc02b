import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { APIStatusError } from "pageturn";
import { unknownReason } from "../catalog/list-source.ts";
import type { Database, Queryable } from "../database/database.ts";
import { mayNotWrite } from "../database/passing-failure.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted, schemaName } from "../schema/identifiers.ts";
import { lockSchema, migrate, NUMBERS_FILLED } from "../schema/migrations.ts";
import { checkOption } from "./check-option.ts";
import {
  describeLists,
  insertList,
  leftTables,
  listsWithOpenRun,
  readList,
  readLists,
  tableOf,
} from "./list-store.ts";
import type {
  AddList,
  MirrorList,
  MirrorOptions,
  PartResult,
  RunPlan,
  RunResult,
  VerifyOptions,
  VerifyResult,
  WalkPartOptions,
} from "./mirror-types.ts";
import { isDue } from "./plan-run.ts";
import { noteFailure, readResult, settleRun } from "./settle-run.ts";
import { hasWaitingPart, startRun } from "./start-run.ts";
import { verifyList } from "./verify-list.ts";
import { failureText, type PartContext, type WalkOptions, walkPart } from "./walk-part.ts";

/**
 * Opens the mirror in a schema of a database. Creates the schema, or brings it to the version of this package.
 * If it has that version, the right to read is enough.
 *
 * @example
 * ```ts no-run
 * import { openDatabase, openMirror } from "@pageturn/postgres";
 * import { AsyncAnthropic } from "pageturn";
 *
 * const database = await openDatabase("./mirror");
 * const mirror = await openMirror({ database, client: new AsyncAnthropic() });
 * await mirror.add({ list: "models" });
 * console.log((await mirror.run("models")).outcome); // complete
 * await database.close();
 * ```
 */
export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const { database, client, now: given } = options;
  const now = async () => given?.() ?? (await databaseTime(database));
  const schema = schemaName(options.schema ?? "pageturn");
  await migrate(database, {
    schema,
    onApplied: async (version, transaction) => {
      if (version !== NUMBERS_FILLED) return;
      for (const list of await readLists(transaction, schema))
        await tableOf(list, schema).fillNumbers(transaction);
    },
  });
  const complete = async (transaction: Queryable) => {
    await lockSchema(transaction, schema);
    // The catalog of this release may have columns that the tables do not have yet.
    for (const list of await readLists(transaction, schema)) await tableOf(list, schema).create(transaction);
  };
  await database.transaction(complete).catch((error: unknown) => {
    // Columns that are missing are neither read nor written.
    if (!mayNotWrite(error)) throw error;
  });
  return new Mirror({ database, schema, client, now });
}

/** The time of the database: all processes of a mirror share it, also those on a machine whose clock is wrong. */
async function databaseTime(database: Database): Promise<Date> {
  const { rows } = await database.query<{ time: Date }>("SELECT clock_timestamp() AS time");
  return rows[0]?.time ?? new Date();
}

/** Lists of the API in one schema of a database. Made by {@link openMirror}. */
export class Mirror {
  readonly #context: PartContext;

  constructor(context: PartContext) {
    this.#context = context;
  }

  /** The name of the schema. */
  get schema(): string {
    return this.#context.schema;
  }

  /** The time of the mirror, which is that of the database. */
  now(): Promise<Date> {
    return this.#context.now();
  }

  /** Adds a list and creates its table. Throws if the list cannot be mirrored so, or if the name is taken. */
  async add(list: AddList): Promise<MirrorList> {
    const { database, schema, now } = this.#context;
    const time = await now();
    await database.transaction((transaction) => insertList(transaction, schema, { add: list, now: time }));
    return this.list(list.name ?? list.list);
  }

  /** Removes a list with its runs. Its table stays, unless `drop` is set. Throws if other lists have it as their parents. */
  async remove(name: string, { drop = false }: { drop?: boolean } = {}): Promise<void> {
    const { database, schema } = this.#context;
    await database.transaction(async (transaction) => {
      const list = await readList(transaction, schema, { name, lock: true });
      const children = (await readLists(transaction, schema)).filter(({ parentId }) => parentId === list.id);
      if (children.length > 0) {
        const names = children.map((child) => child.name).join(", ");
        throw new MirrorError(`Cannot remove ${JSON.stringify(name)} because these lists need it: ${names}`);
      }
      await transaction.query(`DELETE FROM ${quoted(schema)}._lists WHERE list_id = $1`, [list.id]);
      if (drop) await tableOf(list, schema).drop(transaction);
    });
  }

  /** The names of the tables that lists have left which were removed without `drop`. No list gets them again: their columns may differ. */
  async leftTables(): Promise<readonly string[]> {
    const { database, schema } = this.#context;
    return leftTables(database, schema);
  }

  /** One list. Throws if there is none with this name. */
  async list(name: string): Promise<MirrorList> {
    const { database, schema } = this.#context;
    const [found] = await describeLists(database, schema, [await readList(database, schema, { name })]);
    if (found === undefined) throw new MirrorError(`Cannot find ${JSON.stringify(name)} in the mirror`);
    return found;
  }

  /** All lists, with their last runs. */
  async lists(): Promise<MirrorList[]> {
    const { database, schema } = this.#context;
    return [...(await describeLists(database, schema, await readLists(database, schema)))];
  }

  /**
   * The lists whose next run is due, or whose run is open, those that wait longest first. A child list waits until its parents were seen whole.
   * Without those that the catalog does not have any more.
   */
  async dueLists(): Promise<MirrorList[]> {
    const { database, schema, now } = this.#context;
    const time = await now();
    const lists = await readLists(database, schema);
    const byId = new Map(lists.map((list) => [list.id, list]));
    const open = await listsWithOpenRun(database, schema);
    const due = lists.filter((list) => {
      const parent = list.parentId === null ? undefined : byId.get(list.parentId);
      const isKnown = [list, parent].every((each) => each === undefined || !unknownReason(each.list.id));
      return isKnown && (open.has(list.id) || isDue(list, time)) && parent?.position !== null;
    });
    due.sort((a, b) => a.nextRunAt.getTime() - b.nextRunAt.getTime());
    return [...(await describeLists(database, schema, due))];
  }

  /**
   * Begins a run, or returns the one that is open. `null` if none is due (`force` begins one all the same), or if there is nothing
   * to request. Of two callers, the second gets the run of the first.
   *
   * `from` begins a run that requests feeds and buckets from this time again, for what the API has changed before `overlap` or `lookback`.
   * Throws for a snapshot, before the first complete run, for a time before the start of the list, and while a run is open.
   */
  async startRun(
    name: string,
    { force = false, from }: { force?: boolean; from?: Date | undefined } = {},
  ): Promise<RunPlan | null> {
    const { database, schema, now } = this.#context;
    return startRun(database, schema, { name, now: await now(), force, from });
  }

  /**
   * Walks a part of a run from where it is. Each page's rows, its counts and its checkpoint commit in one transaction. Throws the
   * errors of the API and of the database that may pass; what was committed is kept, and the part can be walked again. A part that the
   * API refuses for good, such as with 403, is incomplete.
   */
  walkPart(partId: number, options: WalkPartOptions): Promise<PartResult> {
    return walkPart(this.#context, partId, options);
  }

  /** Whether parts of a run have not ended. Much faster than settling the run, which reads all parts. */
  isWaiting(runId: number): Promise<boolean> {
    const { database, schema } = this.#context;
    return hasWaitingPart(database, schema, runId);
  }

  /** Ends a run whose parts have all ended. Calling it again, or from two workers at once, changes nothing more. */
  async settleRun(runId: number): Promise<RunResult> {
    const { database, schema, now } = this.#context;
    return settleRun(database, schema, { runId, now: await now() });
  }

  /**
   * Notes why a run of a list cannot begin or end. If none is open, this is a run that is incomplete at once. The list is due again as
   * after such a run.
   */
  async noteFailure(name: string, error: unknown): Promise<void> {
    const { database, schema, now } = this.#context;
    await noteFailure(database, schema, { name, failure: failureText(error), now: await now() });
  }

  /**
   * Runs a list in this process: begins a run or continues the open one, walks all parts, `concurrency` (default 4) at a time, and
   * settles it. Parts that another worker has are waited for. If the signal fires, the result is that of the run so far. If the API
   * has refused all parts, the error of the first one is thrown, and the run is incomplete. `from`: see `startRun`.
   */
  async run(
    name: string,
    options: { signal?: AbortSignal; concurrency?: number; from?: Date | undefined } = {},
  ): Promise<RunResult> {
    const { signal, concurrency = 4, from } = options;
    checkOption(`run ${JSON.stringify(name)}`, { option: "concurrency", value: concurrency, rule: "count" });
    const { database, schema } = this.#context;
    const plan = await this.startRun(name, { force: true, from });
    if (plan === null) {
      throw new MirrorError(
        `Cannot run ${JSON.stringify(name)} because there is nothing to request yet: its parents were not seen whole, or its range is empty`,
      );
    }
    const stop = new AbortController();
    const either = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
    const waiting = [...plan.parts];
    const worker = randomUUID();
    const refusals: APIStatusError[] = [];
    const onRefused = (error: APIStatusError) => refusals.push(error);
    const work = async (number: number) => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
        if (either.aborted) return;
        await this.#finish(part.partId, { worker: `${worker}-${number}`, signal: either, onRefused });
      }
    };
    const workers = Array.from({ length: concurrency }, (_, number) =>
      work(number).catch((error: unknown) => {
        // The first failure stops the others after their page. Their progress is kept.
        stop.abort();
        throw error;
      }),
    );
    const failed = (await Promise.allSettled(workers)).find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    if (either.aborted) return readResult(database, schema, plan.runId);
    const result = await this.settleRun(plan.runId);
    const [refused] = refusals;
    if (refused !== undefined && refusals.length === result.parts) throw refused;
    return result;
  }

  async #finish(partId: number, options: WalkOptions & { signal: AbortSignal }): Promise<void> {
    for (let wait = 50; ; wait = Math.min(wait * 2, 1000)) {
      const result = await walkPart(this.#context, partId, options);
      if (result === "complete" || result === "incomplete" || result === "stopped") return;
      const { database, schema } = this.#context;
      const { rows } = await database.query(
        `SELECT 1 FROM ${quoted(schema)}._parts WHERE part_id = $1 AND state = 'waiting'`,
        [partId],
      );
      // Another worker has ended the part, or the list was removed.
      if (rows.length === 0 || options.signal.aborted) return;
      await sleep(wait);
    }
  }

  /**
   * Walks a list again and compares its rows with the table: all columns that are made of an item. With `sample`, only about so many
   * rows of random parents and times, and without looking for rows that the API no longer has. Changes nothing.
   */
  verify(name: string, options: VerifyOptions = {}): Promise<VerifyResult> {
    return verifyList(this.#context, name, options);
  }
}
