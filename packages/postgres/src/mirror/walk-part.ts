import {
  APIStatusError,
  type AsyncAnthropic,
  type Checkpoint,
  CheckpointError,
  CursorExpiredError,
  NotFoundError,
  PaginationError,
} from "pageturn";
import type { Outcome } from "pageturn/pagination";
import { KeySet } from "../catalog/key-set.ts";
import { openList, pageFault } from "../catalog/list-source.ts";
import { sha256, storableText } from "../catalog/row-values.ts";
import type { Database } from "../database/database.ts";
import { reasonOf, whilePassing, withoutClient } from "../database/passing-failure.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted } from "../schema/identifiers.ts";
import type { ListTable } from "../schema/list-table.ts";
import type { TableRow } from "../schema/write-rows.ts";
import { checkOption } from "./check-option.ts";
import { readList, requireKnown, type StoredList, tableOf } from "./list-store.ts";
import type { PartResult, WalkPartOptions } from "./mirror-types.ts";
import { claimOrganization, organizationError, organizationOf } from "./organization.ts";
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
import { nextStart, partRows } from "./plan-run.ts";

/** What the walk of a part works with. */
export interface PartContext {
  readonly database: Database;
  readonly schema: string;
  readonly client: AsyncAnthropic;
  readonly now: () => Promise<Date>;
}

/** One page as it arrived. */
interface ArrivedPage {
  readonly items: readonly unknown[];
  readonly requestId: string | null;
  readonly checkpoint: Checkpoint;
  /** It is the last page of a walk that saw everything. */
  readonly isLast: boolean;
}

/**
 * Statuses below 500 that say nothing about the request itself: a key or an account that all parts share (401, 402, 407), and what may pass.
 * Any other one ends its part.
 */
const NOT_OF_THE_REQUEST: readonly number[] = [401, 402, 407, 408, 409, 425, 429];
/** With these, the API may refuse the cursor of a request instead of its list. */
const OF_THE_CURSOR: readonly number[] = [400, 404, 422];

/** In seconds. */
const DEFAULT_HEARTBEAT = 5;
/** How often the checkpoint of a part may expire during one call, before the error is thrown. */
const MAX_RESTARTS = 3;
/** After the signal the page that is under way may still arrive for so long. */
const GRACE_MS = 5000;

/** What the walk of a part is called with. */
export interface WalkOptions extends WalkPartOptions {
  /** Is called with the answer by which the API has refused the part for good. */
  readonly onRefused?: (error: APIStatusError) => void;
}

/**
 * Walks a part from where it is. Each page commits with its checkpoint. See `Mirror.walkPart` for the result. Errors that may pass are
 * thrown after they were noted; the part can be walked again.
 */
export async function walkPart(
  context: PartContext,
  partId: number,
  options: WalkOptions,
): Promise<PartResult> {
  const { database, schema } = context;
  const { worker, signal, heartbeatSeconds = DEFAULT_HEARTBEAT } = options;
  const option = { option: "heartbeatSeconds", value: heartbeatSeconds, rule: "timer" } as const;
  checkOption(`walk part ${partId}`, option);
  const isAborted = () => signal?.aborted === true;
  if (isAborted()) return "stopped";
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
    requireKnown(list);
    const walk = new PartWalk(context, { part, list, options, abort: stop.signal });
    // No event follows for a signal that has fired while the lease was taken.
    const result = isAborted() ? "stopped" : await walk.run();
    if (result === "stopped") await releasePart(database, schema, { part, failure: null });
    return result;
  } catch (caught) {
    const error = withoutClient(caught);
    if (isLost || error instanceof LeaseLostError) return "lost";
    // Nothing else aborts the walk than a lost lease and the signal.
    const isStopped = stop.signal.aborted;
    await releaseQuietly(context, part, isStopped ? null : failureText(error));
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
export function failureText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${reasonOf(error)}` : String(error);
  return storableText(text).slice(0, 2000);
}

/** What a walk says that did not see everything. */
export function unseen(outcome: Outcome | null): string {
  return `The walk did not see everything: ${outcome?.incompleteBecause ?? outcome?.reason ?? "unknown"}`;
}

/** Whether the API has refused this request, also for the next attempt. */
export function isRefusal(error: unknown): error is APIStatusError {
  if (!(error instanceof APIStatusError)) return false;
  return error.status >= 400 && error.status < 500 && !NOT_OF_THE_REQUEST.includes(error.status);
}

/** One walk of a part under one lease. */
class PartWalk {
  readonly #context: PartContext;
  readonly #part: TakenPart;
  readonly #list: StoredList;
  readonly #table: ListTable;
  readonly #options: WalkOptions;
  readonly #abort: AbortSignal;
  readonly #reported = new Set<string>();
  #organizationId: string | null;
  #pages: number;
  #rows: number;
  /** The keys that the part has written in this run. */
  #seen = new KeySet();

  constructor(
    context: PartContext,
    setup: { part: TakenPart; list: StoredList; options: WalkOptions; abort: AbortSignal },
  ) {
    this.#context = context;
    this.#part = setup.part;
    this.#list = setup.list;
    this.#table = tableOf(setup.list, context.schema);
    this.#options = setup.options;
    this.#abort = setup.abort;
    this.#organizationId = setup.list.organizationId;
    this.#pages = setup.part.pages;
    this.#rows = setup.part.rows;
  }

  /** Nothing is deleted in feeds, so that nobody asks which rows a run has seen again. */
  get #marksSeen(): boolean {
    return this.#list.mode !== "feed";
  }

  async run(): Promise<PartResult> {
    let checkpoint = this.#part.checkpoint;
    for (let restarts = 0; ; restarts += 1) {
      try {
        return await this.#walk(checkpoint);
      } catch (caught) {
        const error = this.#reasonOf(caught);
        if (!this.#mayRestart(error, restarts)) return this.#end(error);
        await this.#restart(failureText(error));
        checkpoint = null;
      }
    }
  }

  /** What the mirror knows about an answer that is no page. */
  #reasonOf(error: unknown): unknown {
    if (!(error instanceof APIStatusError)) return error;
    const { headers, status } = error;
    const list = { name: this.#list.name, organizationId: this.#organizationId };
    // The API may refuse a range that it takes for the future.
    const isOfClock = status === 400 && this.#clockError(headers.get("date"));
    return isOfClock || (organizationError(list, headers) ?? error);
  }

  /** Whether the part begins again because of an error: its checkpoint cannot be used, or this is not known. */
  #mayRestart(error: unknown, restarts: number): boolean {
    if (error instanceof CheckpointError || error instanceof CursorExpiredError)
      return restarts < MAX_RESTARTS;
    const hasCursor = this.#pages > 0;
    return hasCursor && restarts === 0 && isRefusal(error) && OF_THE_CURSOR.includes(error.status);
  }

  /** Ends the part by an error that another attempt would not change. Throws any other one. */
  async #end(error: unknown): Promise<PartResult> {
    const { database, schema } = this.#context;
    const end = async (state: "complete" | "incomplete") => {
      await endPart(database, schema, { part: this.#part, state, failure: failureText(error) });
      return state;
    };
    // A parent that has had pages is not gone.
    const isGone = error instanceof NotFoundError && this.#list.parentId !== null && this.#pages === 0;
    if (isGone) return end("complete");
    // The next run has another range.
    const isRefused = error instanceof MirrorError && error.kind === "refused";
    if (error instanceof PaginationError || isRefused) return end("incomplete");
    if (!isRefusal(error)) throw error;
    const state = await end("incomplete");
    this.#options.onRefused?.(error);
    return state;
  }

  async #restart(failure: string): Promise<void> {
    const { database, schema } = this.#context;
    const part = this.#part;
    await restartPart(database, schema, {
      part,
      failure,
      forget: async (transaction) => {
        if (this.#marksSeen)
          await this.#table.forget(transaction, { runId: part.runId, ...partRows(this.#list, part) });
      },
    });
    this.#pages = 0;
    this.#rows = 0;
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
    const written = { runId: this.#part.runId, ...partRows(this.#list, this.#part) };
    this.#seen = saved === null ? new KeySet() : await this.#table.seenKeys(database, written);
    // One page is fetched while the one before it is written.
    const walk = paginator.pages({ prefetch: 1, ...(resumeFrom !== undefined && { resumeFrom }) });
    try {
      let result = await walk.next();
      while (result.done !== true) {
        const page = result.value;
        const { headers } = page.response;
        const refused =
          this.#clockError(headers.get("date")) ??
          this.#pageError(page) ??
          (await this.#organizationError(headers));
        if (refused !== undefined) throw refused;
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
      const failure = unseen(walk.outcome);
      await endPart(database, schema, { part: this.#part, state: "incomplete", failure });
      return "incomplete";
    } finally {
      await walk.return();
    }
  }

  /**
   * An error if the next run would begin after the time of the API, less the delay of the list: what is made or restated until then
   * would be in a range that counts as seen.
   */
  #clockError(date: string | null): MirrorError | undefined {
    const { delay, name } = this.#list;
    const { newPosition } = this.#part;
    const start = nextStart(this.#list, newPosition);
    const time = Date.parse(date ?? "");
    // The header has whole seconds.
    if (start === null || Number.isNaN(time) || Math.floor(start / 1000 + delay) * 1000 <= time)
      return undefined;
    const ahead = Math.max(1, Math.round((newPosition.getTime() - time) / 1000 + delay - 1));
    return new MirrorError(
      `Cannot run ${JSON.stringify(name)} because the clock of the database is ${ahead} seconds or more ahead of that of the API: set the clock, and run the list again`,
    );
  }

  #pageError(page: Parameters<typeof pageFault>[1]): MirrorError | undefined {
    const fault = pageFault(this.#list.list, page, partRows(this.#list, this.#part));
    if (fault === undefined) return undefined;
    return new MirrorError(
      `Cannot mirror ${JSON.stringify(this.#list.name)} because page ${this.#pages + 1} is not one of this list: ${fault}. Nothing is deleted. Run the list again`,
    );
  }

  /** An error if a page is of another organization than the list. The first page that names one decides. */
  async #organizationError(headers: Headers): Promise<MirrorError | undefined> {
    const organizationId = organizationOf(headers);
    if (this.#organizationId === null && organizationId !== null) {
      const { database, schema } = this.#context;
      const claim = () => claimOrganization(database, schema, { listId: this.#list.id, organizationId });
      this.#organizationId = await whilePassing(claim, this.#patience);
    }
    return organizationError({ name: this.#list.name, organizationId: this.#organizationId }, headers);
  }

  /** How long a page is kept for a database that is away. */
  get #patience(): { readonly seconds: number; readonly signal: AbortSignal } {
    const { heartbeatSeconds = DEFAULT_HEARTBEAT } = this.#options;
    return { seconds: HELD_HEARTBEATS * heartbeatSeconds, signal: this.#abort };
  }

  /**
   * Writes a page: its rows, its counts and the checkpoint after it, in one transaction under the lease. While the database is away or
   * has no room, the page is kept: whoever goes on with the part without it has to request it again, and the one fetched ahead.
   */
  async #commit(page: ArrivedPage): Promise<void> {
    const { pathArgs, bucket } = this.#part;
    const parents = this.#list.parentId === null ? [] : pathArgs;
    // Once for each page: the keys depend on those before.
    const rows = this.#table.rows(page.items, { parents, bucket, seen: this.#seen });
    await whilePassing(() => this.#write(page, rows), this.#patience);
  }

  async #write(page: ArrivedPage, rows: readonly TableRow[]): Promise<void> {
    const { database, schema, now } = this.#context;
    const { pathArgs, runId, partId } = this.#part;
    const isChild = this.#list.parentId !== null;
    // Everything that takes time is done before the transaction.
    const content = rows.map(({ key, hash }) => `${key}\t${hash}\n`).join("");
    const newFields = this.#newFields(rows.map(({ item }) => item));
    const time = (await now()).toISOString();
    await this.#reportNewFields(newFields, time);
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
        `UPDATE ${quoted(schema)}._parts SET checkpoint = $2, failing = false, pages = pages + 1, rows = rows + $3, added = added + $4,
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

  /** Not in the transaction of a page: whoever removes the list waits for the part, and this would wait for the list. */
  async #reportNewFields(fields: ReadonlySet<string>, time: string): Promise<void> {
    if (fields.size === 0) return;
    const { database, schema } = this.#context;
    await database.query(
      `INSERT INTO ${quoted(schema)}._new_fields (list_id, field, first_seen_at, run_id)
       SELECT list_id, field, $3::timestamptz, $4::bigint
       FROM (SELECT list_id FROM ${quoted(schema)}._lists WHERE list_id = $1 FOR KEY SHARE) list, unnest($2::text[]) AS field
       ORDER BY field ON CONFLICT DO NOTHING`,
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
