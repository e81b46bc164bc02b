import type { Database, Queryable } from "../database/database.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted } from "../schema/identifiers.ts";
import { partTotals, readList, readRun, requestText, type StoredList, tableOf } from "./list-store.ts";
import type { RunResult } from "./mirror-types.ts";

/** After an incomplete run, the next one is due after this time at most. It doubles with each that follows in a row. */
const RETRY_SECONDS = 300;
/** No wait is doubled more often: it would be one of years. */
const MOST_DOUBLED = 20;
/** The parts of so many runs of a list are kept. */
const RUNS_WITH_PARTS = 3;

interface RunState {
  list_id: number | string;
  outcome: string;
  new_position: Date;
  range_from: Date | null;
  range_to: Date | null;
  started_at: Date;
}

/**
 * Ends a run whose parts have all ended, in one transaction: what the run did not see is marked as deleted, the position advances,
 * and the run becomes the attestation of what was seen. If a part is incomplete, only that is noted. Calling it again changes nothing.
 */
export async function settleRun(
  database: Database,
  schema: string,
  { runId, now }: { runId: number; now: Date },
): Promise<RunResult> {
  const ended = await database.transaction(async (transaction) => {
    // The list first, as when a run begins: two callers wait for each other instead of failing.
    await transaction.query(
      `SELECT 1 FROM ${quoted(schema)}._lists WHERE list_id = (
         SELECT list_id FROM ${quoted(schema)}._runs WHERE run_id = $1) FOR UPDATE`,
      [runId],
    );
    const { rows } = await transaction.query<RunState>(
      `SELECT list_id, outcome, new_position, range_from, range_to, started_at
       FROM ${quoted(schema)}._runs WHERE run_id = $1 FOR UPDATE`,
      [runId],
    );
    const [run] = rows;
    if (run === undefined)
      throw new MirrorError(`Cannot settle run ${runId} because the mirror does not have it`);
    if (run.outcome !== "open") return null;
    // A key that lost its rights gets 404 for all parents, as if nothing were left.
    const { rows: parts } = await transaction.query<{
      waiting: boolean;
      incomplete: boolean;
      refused: boolean;
    }>(
      `SELECT coalesce(bool_or(state = 'waiting'), false) AS waiting,
         coalesce(bool_or(state = 'incomplete'), false) AS incomplete, coalesce(bool_and(not_found), false) AS refused
       FROM ${quoted(schema)}._parts WHERE run_id = $1`,
      [runId],
    );
    if (parts[0]?.waiting === true) return null;
    const isIncomplete = parts[0]?.incomplete === true;
    const isComplete = !isIncomplete && parts[0]?.refused !== true;
    const list = await readList(transaction, schema, { id: Number(run.list_id) });
    const deleted = isComplete ? await markDeleted(transaction, schema, { list, run, runId, now }) : 0;
    await closeRun(transaction, schema, { runId, isComplete, deleted, now });
    // After 404 alone, the next run waits for its time: another attempt would be as many requests again.
    const wait = isIncomplete ? await retryWait(transaction, schema, list) : list.every;
    await advance(transaction, schema, { list, run, runId, isComplete, deleted, wait, now });
    return list;
  });
  if (ended !== null && database.kind === "pglite") await vacuum(database, schema, ended);
  return { ...(await readResult(database, schema, runId)), endedHere: ended !== null };
}

/** Makes room for the rows that the next run touches. PGlite has no autovacuum: each snapshot would make its table longer. */
async function vacuum(database: Database, schema: string, list: StoredList): Promise<void> {
  const own = ["_lists", "_runs", "_parts"].map((name) => `${quoted(schema)}.${name}`);
  try {
    await database.execute(`VACUUM ${[tableOf(list, schema).name, ...own].join(", ")}`);
  } catch {
    // The run has ended. The next one does it again.
  }
}

/** The seconds until the next attempt, after incomplete runs: each of them requests all parts again. */
async function retryWait(transaction: Queryable, schema: string, { id, every }: StoredList): Promise<number> {
  const { rows } = await transaction.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT FROM ${quoted(schema)}._runs WHERE list_id = $1 AND outcome = 'incomplete' AND run_id > coalesce(
         (SELECT max(run_id) FROM ${quoted(schema)}._runs WHERE list_id = $1 AND outcome = 'complete'), 0)
       LIMIT ${MOST_DOUBLED}) since`,
    [id],
  );
  const before = Math.max(0, (rows[0]?.count ?? 0) - 1);
  return Math.min(every, RETRY_SECONDS * 2 ** before);
}

/** See `Mirror.noteFailure`. */
export async function noteFailure(
  database: Database,
  schema: string,
  { name, failure, now }: { name: string; failure: string; now: Date },
): Promise<void> {
  await database.transaction(async (transaction) => {
    const list = await readList(transaction, schema, { name, lock: true });
    const time = now.toISOString();
    const { rows } = await transaction.query(
      `SELECT FROM ${quoted(schema)}._runs WHERE list_id = $1 AND outcome = 'open'`,
      [list.id],
    );
    if (rows.length === 0) {
      await transaction.query(
        `INSERT INTO ${quoted(schema)}._runs
           (list_id, outcome, new_position, started_at, ended_at, part_count, errors, last_error, request)
         VALUES ($1, 'incomplete', $2::timestamptz, $2::timestamptz, $2::timestamptz, 0, 1, $3, $4)`,
        [list.id, time, failure, requestText(list)],
      );
    }
    const wait = await retryWait(transaction, schema, list);
    await transaction.query(
      `UPDATE ${quoted(schema)}._lists SET next_run_at = $2::timestamptz + $3 * interval '1 second' WHERE list_id = $1`,
      [list.id, time, wait],
    );
    await dropParts(transaction, schema, list.id);
  });
}

/** Reads a run with the name of its list. */
export async function readResult(database: Queryable, schema: string, runId: number): Promise<RunResult> {
  const run = await readRun(database, schema, runId);
  if (run === undefined)
    throw new MirrorError(`Cannot read run ${runId} because the mirror does not have it`);
  const { listId, ...numbers } = run;
  const { name } = await readList(database, schema, { id: listId });
  return { name, ...numbers, endedHere: false };
}

/**
 * Marks the rows that a complete run did not see. Feeds only grow. The rows of a parent that answered 404 stay until the list of the
 * parents does not have it any more: then the run has no part for it.
 */
async function markDeleted(
  transaction: Queryable,
  schema: string,
  { list, run, runId, now }: { list: StoredList; run: RunState; runId: number; now: Date },
): Promise<number> {
  if (list.mode === "feed") return 0;
  const { rowCount } = await transaction.query(
    `UPDATE ${tableOf(list, schema).name} t SET _deleted_at = $2::timestamptz
     WHERE _deleted_at IS NULL AND _seen_run <> $1
       AND NOT EXISTS (SELECT FROM ${quoted(schema)}._parts p WHERE p.run_id = $1 AND p.not_found AND p.path_args = t._parent)
       AND ($3::timestamptz IS NULL OR (_bucket >= $3::timestamptz AND _bucket < $4::timestamptz))`,
    [runId, now.toISOString(), run.range_from?.toISOString() ?? null, run.range_to?.toISOString() ?? null],
  );
  return rowCount;
}

async function closeRun(
  transaction: Queryable,
  schema: string,
  { runId, isComplete, deleted, now }: { runId: number; isComplete: boolean; deleted: number; now: Date },
): Promise<void> {
  await transaction.query(
    `UPDATE ${quoted(schema)}._runs run SET outcome = $2, ended_at = $3::timestamptz, deleted = $4,
       parts_complete = t.parts_complete, not_found = t.not_found, pages = t.pages, rows = t.rows, added = t.added,
       changed = t.changed, errors = t.errors, last_error = t.last_error, first_key = t.first_key, last_key = t.last_key,
       last_request_id = t.last_request_id,
       sha256 = (SELECT encode(sha256(convert_to(coalesce(string_agg(digest, '' ORDER BY ordinal), ''), 'UTF8')), 'hex')
         FROM ${quoted(schema)}._parts WHERE run_id = $1)
     FROM (SELECT p.* FROM ${quoted(schema)}._runs r, LATERAL (${partTotals(schema)}) p WHERE r.run_id = $1) t
     WHERE run.run_id = $1`,
    [runId, isComplete ? "complete" : "incomplete", now.toISOString(), deleted],
  );
}

async function countRows(transaction: Queryable, table: string): Promise<string> {
  const { rows } = await transaction.query<{ count: string }>(
    `SELECT count(*)::text AS count FROM ${table} WHERE _deleted_at IS NULL`,
  );
  return rows[0]?.count ?? "0";
}

async function advance(
  transaction: Queryable,
  schema: string,
  options: {
    list: StoredList;
    run: RunState;
    runId: number;
    isComplete: boolean;
    deleted: number;
    /** Until the next run is due, in seconds. */
    wait: number;
    now: Date;
  },
): Promise<void> {
  const { list, run, runId, isComplete, deleted, wait, now } = options;
  // A run that took longer than the time between two runs is followed by the next one at once.
  const begun = isComplete ? run.started_at : now;
  const next = new Date(Math.max(now.getTime(), begun.getTime() + wait * 1000));
  // What was changed by hand is counted as well where all rows were read anyway, to find those that are gone.
  const isWhole = isComplete && list.mode === "snapshot";
  const counted = isWhole ? await countRows(transaction, tableOf(list, schema).name) : null;
  await transaction.query(
    `UPDATE ${quoted(schema)}._lists SET next_run_at = $2::timestamptz, position = coalesce($3::timestamptz, position),
       row_count = coalesce($6::bigint, row_count - $5 + (
         SELECT coalesce(sum(added + revived), 0)::bigint FROM ${quoted(schema)}._parts WHERE run_id = $4))
     WHERE list_id = $1`,
    [
      list.id,
      next.toISOString(),
      isComplete ? run.new_position.toISOString() : null,
      runId,
      deleted,
      counted,
    ],
  );
  if (list.parentId !== null && list.mode === "feed") {
    // Each parent has its own position. One that the API refuses does not make the others begin again.
    await transaction.query(
      `INSERT INTO ${quoted(schema)}._parent_positions (list_id, path_args, position)
       SELECT $1::bigint, path_args, $3::timestamptz FROM ${quoted(schema)}._parts
       WHERE run_id = $2 GROUP BY path_args HAVING bool_and(state = 'complete' AND NOT not_found)
       ON CONFLICT (list_id, path_args) DO UPDATE SET position = EXCLUDED.position`,
      [list.id, runId, run.new_position.toISOString()],
    );
  }
  await dropParts(transaction, schema, list.id);
}

/** Each run that ends drops the parts of those before it: older runs have none. */
async function dropParts(transaction: Queryable, schema: string, listId: number): Promise<void> {
  await transaction.query(
    `DELETE FROM ${quoted(schema)}._parts WHERE run_id IN (
       SELECT run_id FROM ${quoted(schema)}._runs WHERE list_id = $1
       ORDER BY run_id DESC OFFSET ${RUNS_WITH_PARTS} LIMIT ${RUNS_WITH_PARTS})`,
    [listId],
  );
}
