import { setTimeout as sleep } from "node:timers/promises";
import {
  type AsyncAnthropic,
  type Checkpoint,
  CheckpointError,
  CursorExpiredError,
  NotFoundError,
  PaginationError,
} from "pageturn";
import { openList } from "../catalog/list-source.ts";
import { sha256, storableText } from "../catalog/row-values.ts";
import type { Database, Queryable } from "../database/database.ts";
import { isPassing } from "../database/passing-failure.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted } from "../schema/identifiers.ts";
import type { ListTable } from "../schema/list-table.ts";
import { readList, type StoredList, tableOf } from "./list-store.ts";
import type { PartResult, WalkPartOptions } from "./mirror-types.ts";
import {
  endPart,
  fence,
  HELD_HEARTBEATS,
  Heartbeat,
  LeaseLostError,
  releasePart,
  restartPart,
  type TakenPart,
  takePart,
} from "./part-lease.ts";
import { partRows } from "./plan-run.ts";

/** What the walk of a part works with. */
export interface PartContext {
  readonly database: Database;
  readonly schema: string;
  readonly client: AsyncAnthropic;
  readonly now: () => Date;
}

/** One page as it arrived. */
interface ArrivedPage {
  readonly items: readonly unknown[];
  readonly requestId: string | null;
  readonly checkpoint: Checkpoint;
  /** It is the last page of a walk that saw everything. */
  readonly isLast: boolean;
}

/** In seconds. */
const DEFAULT_HEARTBEAT = 5;
/** How often the checkpoint of a part may expire during one call, before the error is thrown. */
const MAX_RESTARTS = 3;
/** After the signal the page that is under way may still arrive for so long. */
const GRACE_MS = 5000;

/**
 * Walks a part from where it is. Each page commits with its checkpoint. See `Mirror.walkPart` for the result. Errors of the API are
 * thrown after they were noted; the part can be walked again.
 */
export async function walkPart(
  context: PartContext,
  partId: number,
  options: WalkPartOptions,
): Promise<PartResult> {
  const { database, schema } = context;
  const { worker, signal, heartbeatSeconds = DEFAULT_HEARTBEAT } = options;
  if (signal?.aborted === true) return "stopped";
  const part = await takePart(database, schema, { partId, worker, seconds: heartbeatSeconds });
  if (typeof part === "string") return part;
  const stop = new AbortController();
  let isLost = false;
  const heartbeat = new Heartbeat(database, {
    schema,
    part,
    seconds: heartbeatSeconds,
    onLost: () => {
      isLost = true;
      stop.abort();
    },
  });
  let grace: NodeJS.Timeout | undefined;
  const onSignal = () => {
    grace = setTimeout(() => stop.abort(), GRACE_MS);
  };
  signal?.addEventListener("abort", onSignal);
  try {
    const list = await readList(database, schema, { id: part.listId });
    const walk = new PartWalk(context, { part, list, options, abort: stop.signal });
    const result = await walk.run();
    if (result === "stopped") await releasePart(database, schema, { part, failure: null });
    return result;
  } catch (error) {
    if (isLost || error instanceof LeaseLostError) return "lost";
    // Nothing else aborts the walk than a lost lease and the signal.
    const isStopped = stop.signal.aborted;
    await releaseQuietly(context, part, isStopped ? null : describe(error));
    if (isStopped) return "stopped";
    throw error;
  } finally {
    clearTimeout(grace);
    signal?.removeEventListener("abort", onSignal);
    await heartbeat.stop();
  }
}

async function releaseQuietly(
  { database, schema }: PartContext,
  part: TakenPart,
  failure: string | null,
): Promise<void> {
  try {
    await releasePart(database, schema, { part, failure });
  } catch {
    // The database may be the reason of the failure. The lease expires by itself.
  }
}

/** The text of an error for the database. */
function describe(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return storableText(text).slice(0, 2000);
}

/** One walk of a part under one lease. */
class PartWalk {
  readonly #context: PartContext;
  readonly #part: TakenPart;
  readonly #list: StoredList;
  readonly #table: ListTable;
  readonly #options: WalkPartOptions;
  readonly #abort: AbortSignal;
  readonly #reported = new Set<string>();
  #pages: number;
  #rows: number;

  constructor(
    context: PartContext,
    setup: { part: TakenPart; list: StoredList; options: WalkPartOptions; abort: AbortSignal },
  ) {
    this.#context = context;
    this.#part = setup.part;
    this.#list = setup.list;
    this.#table = tableOf(setup.list, context.schema);
    this.#options = setup.options;
    this.#abort = setup.abort;
    this.#pages = setup.part.pages;
    this.#rows = setup.part.rows;
  }

  /** Nothing is deleted in feeds, so that nobody asks which rows a run has seen again. */
  get #marksSeen(): boolean {
    return this.#list.mode !== "feed";
  }

  async run(): Promise<PartResult> {
    const { database, schema } = this.#context;
    const part = this.#part;
    let checkpoint = this.#part.checkpoint;
    for (let restarts = 0; ; restarts += 1) {
      try {
        return await this.#walk(checkpoint);
      } catch (error) {
        const failure = describe(error);
        if (error instanceof NotFoundError && this.#list.parentId !== null) {
          await endPart(database, schema, { part, state: "complete", failure });
          return "complete";
        }
        // A range that ends in the future is not requested again: the next run has another one.
        const isRefused = error instanceof MirrorError && error.kind === "refused";
        if (error instanceof PaginationError || isRefused) {
          await endPart(database, schema, { part, state: "incomplete", failure });
          return "incomplete";
        }
        const isExpired = error instanceof CheckpointError || error instanceof CursorExpiredError;
        if (!isExpired || restarts >= MAX_RESTARTS) throw error;
        await restartPart(database, schema, {
          part,
          failure,
          forget: async (transaction) => {
            if (this.#marksSeen)
              await this.#table.forget(transaction, { runId: part.runId, ...partRows(this.#list, part) });
          },
        });
        checkpoint = null;
        this.#pages = 0;
        this.#rows = 0;
      }
    }
  }

  async #walk(saved: string | null): Promise<PartResult> {
    const { client, database, schema } = this.#context;
    const { pathArgs, parameters } = this.#part;
    const { signal } = this.#options;
    const paginator = openList(client, this.#list.list, {
      pathArgs,
      parameters: { ...this.#list.parameters, ...parameters },
      workspaceId: this.#list.workspaceId,
      options: { signal: this.#abort },
    });
    const resumeFrom: Checkpoint | undefined = saved === null ? undefined : JSON.parse(saved);
    // One page is fetched while the one before it is written.
    const walk = paginator.pages({ prefetch: 1, ...(resumeFrom !== undefined && { resumeFrom }) });
    try {
      let result = await walk.next();
      while (result.done !== true) {
        const page = result.value;
        this.#checkClock(page.response.headers.get("date"));
        const { checkpoint } = walk;
        // The end is known without a request. It commits with the last page, so that a crash in between cannot repeat that page.
        const following = page.hasNextPage() ? undefined : await settled(walk.next());
        const isLast = following?.value?.done === true && walk.outcome?.complete === true;
        await this.#commit({ items: page.data, requestId: page._request_id, checkpoint, isLast });
        if (isLast) return "complete";
        if (following === undefined) {
          if (signal?.aborted === true) return "stopped";
          result = await walk.next();
        } else if (following.value === undefined) throw following.error;
        else result = following.value;
      }
      if (walk.outcome?.complete === true) {
        await endPart(database, schema, { part: this.#part, state: "complete", failure: null });
        return "complete";
      }
      const why = walk.outcome?.incompleteBecause ?? walk.outcome?.reason ?? "unknown";
      const failure = `The walk did not see everything: ${why}`;
      await endPart(database, schema, { part: this.#part, state: "incomplete", failure });
      return "incomplete";
    } finally {
      await walk.return();
    }
  }

  /**
   * Throws if the run ends after the time of the API, so far that the overlap of the next run does not reach back to it: items would be
   * made in a range that counts as seen.
   */
  #checkClock(date: string | null): void {
    const { mode, overlap, name } = this.#list;
    const { rangeTo } = this.#part;
    const time = Date.parse(date ?? "");
    if (mode !== "feed" || rangeTo === null || Number.isNaN(time)) return;
    // The header has whole seconds.
    const ahead = (rangeTo.getTime() - time) / 1000 - 1;
    if (ahead <= overlap) return;
    throw new MirrorError(
      `Cannot run ${JSON.stringify(name)} because the clock of this machine is ${Math.round(ahead)} seconds or more ahead of that of the API: set the clock, and run the list again`,
    );
  }

  /**
   * Writes a page: its rows, its counts and the checkpoint after it, in one transaction under the lease. While the database is away or
   * has no room, the page is kept: whoever goes on with the part without it has to request it again, and the one fetched ahead.
   */
  async #commit(page: ArrivedPage): Promise<void> {
    const { heartbeatSeconds = DEFAULT_HEARTBEAT } = this.#options;
    const until = performance.now() + HELD_HEARTBEATS * heartbeatSeconds * 1000;
    for (let wait = 50; ; wait = Math.min(2 * wait, 500)) {
      try {
        return await this.#write(page);
      } catch (error) {
        if (!isPassing(error) || this.#abort.aborted || performance.now() > until) throw error;
        await sleep(wait, undefined, { signal: this.#abort }).catch(() => {});
      }
    }
  }

  async #write(page: ArrivedPage): Promise<void> {
    const { database, schema, now } = this.#context;
    const { pathArgs, bucket, runId, partId } = this.#part;
    const isChild = this.#list.parentId !== null;
    // Everything that takes time is done before the transaction.
    const rows = this.#table.rows(page.items, { parents: isChild ? pathArgs : [], bucket });
    const content = rows.map(({ key, hash }) => `${key}\t${hash}\n`).join("");
    const newFields = this.#newFields(rows.map(({ item }) => item));
    const time = now().toISOString();
    await database.transaction(async (transaction) => {
      const { digest, pages } = await fence(transaction, schema, this.#part);
      // A commit whose answer was lost has reached the server.
      if (pages > this.#pages) return;
      const parent = isChild ? JSON.stringify(pathArgs) : null;
      const counts = await this.#table.upsert(transaction, rows, {
        runId,
        parent,
        now: time,
        marksSeen: this.#marksSeen,
      });
      await transaction.query(
        `UPDATE ${quoted(schema)}._parts SET checkpoint = $2, pages = pages + 1, rows = rows + $3, added = added + $4,
           changed = changed + $5, revived = revived + $6, digest = $7, first_key = coalesce(first_key, $8),
           last_key = coalesce($9, last_key), last_request_id = coalesce($10, last_request_id), state = $11,
           worker = CASE WHEN $11 = 'waiting' THEN worker END, lease_until = CASE WHEN $11 = 'waiting' THEN lease_until END
         WHERE part_id = $1`,
        [
          partId,
          JSON.stringify(page.checkpoint),
          rows.length,
          counts.added,
          counts.changed,
          counts.revived,
          sha256(digest + content),
          rows[0]?.key ?? null,
          rows.at(-1)?.key ?? null,
          page.requestId === null ? null : storableText(page.requestId),
          page.isLast ? "complete" : "waiting",
        ],
      );
      await this.#reportNewFields(transaction, newFields, time);
    });
    for (const field of newFields) this.#reported.add(field);
    this.#pages += 1;
    this.#rows += rows.length;
    this.#options.onPage?.({ rows: this.#rows, pages: this.#pages });
  }

  #newFields(items: readonly unknown[]): ReadonlySet<string> {
    const found = new Set<string>();
    for (const item of items) {
      for (const path of this.#table.unknownPaths(item)) {
        // A name from the API can be any text. An index entry has at most 2,704 bytes.
        const field = storableText(path).slice(0, 500);
        if (!this.#reported.has(field)) found.add(field);
      }
    }
    return found;
  }

  async #reportNewFields(transaction: Queryable, fields: ReadonlySet<string>, time: string): Promise<void> {
    if (fields.size === 0) return;
    await transaction.query(
      `INSERT INTO ${quoted(this.#context.schema)}._new_fields (list_id, field, first_seen_at, run_id)
       SELECT $1::bigint, field, $3::timestamptz, $4::bigint FROM unnest($2::text[]) AS field ORDER BY field
       ON CONFLICT DO NOTHING`,
      [this.#list.id, [...fields], time, this.#part.runId],
    );
  }
}

/** The result of a promise, or its error as a value. */
async function settled<T>(
  promise: Promise<T>,
): Promise<
  { readonly value: T; readonly error?: unknown } | { readonly value: undefined; readonly error: unknown }
> {
  try {
    return { value: await promise };
  } catch (error) {
    return { value: undefined, error };
  }
}
