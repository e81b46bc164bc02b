import type { Database, Queryable } from "../database/database.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted } from "../schema/identifiers.ts";
import { partTotals, readList, readRun, type StoredList, tableOf } from "./list-store.ts";
import type { RunResult } from "./mirror-types.ts";

/** After an incomplete run, the next one is due after this time at most. */
const RETRY_SECONDS = 300;
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
  await database.transaction(async (transaction) => {
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
    if (run.outcome !== "open") return;
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
    if (parts[0]?.waiting === true) return;
    const isIncomplete = parts[0]?.incomplete === true;
    const isComplete = !isIncomplete && parts[0]?.refused !== true;
    const list = await readList(transaction, schema, { id: Number(run.list_id) });
    const deleted = isComplete ? await markDeleted(transaction, schema, { list, run, runId, now }) : 0;
    await closeRun(transaction, schema, { runId, isComplete, deleted, now });
    // After 404 alone, the next run waits for its time: another attempt would be as many requests again.
    const wait = isIncomplete ? Math.min(list.every, RETRY_SECONDS) : list.every;
    await advance(transaction, schema, { list, run, runId, isComplete, deleted, wait, now });
  });
  return readResult(database, schema, runId);
}

/** Reads a run with the name of its list. */
export async function readResult(database: Queryable, schema: string, runId: number): Promise<RunResult> {
  const run = await readRun(database, schema, runId);
  if (run === undefined)
    throw new MirrorError(`Cannot read run ${runId} because the mirror does not have it`);
  const { listId, ...numbers } = run;
  const { name } = await readList(database, schema, { id: listId });
  return { name, ...numbers };
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
  await transaction.query(
    `UPDATE ${quoted(schema)}._lists SET next_run_at = $2::timestamptz, position = coalesce($3::timestamptz, position),
       row_count = row_count - $5 + (SELECT coalesce(sum(added + revived), 0)::bigint FROM ${quoted(schema)}._parts WHERE run_id = $4)
     WHERE list_id = $1`,
    [list.id, next.toISOString(), isComplete ? run.new_position.toISOString() : null, runId, deleted],
  );
  if (isComplete && list.parentId !== null && list.mode === "feed") {
    await transaction.query(
      `INSERT INTO ${quoted(schema)}._parent_positions (list_id, path_args, position)
       SELECT $1::bigint, path_args, $3::timestamptz FROM ${quoted(schema)}._parts
       WHERE run_id = $2 AND NOT not_found GROUP BY path_args
       ON CONFLICT (list_id, path_args) DO UPDATE SET position = EXCLUDED.position`,
      [list.id, runId, run.new_position.toISOString()],
    );
  }
  await transaction.query(
    `DELETE FROM ${quoted(schema)}._parts WHERE run_id IN (
       SELECT run_id FROM ${quoted(schema)}._runs WHERE list_id = $1 ORDER BY run_id DESC OFFSET ${RUNS_WITH_PARTS})`,
    [list.id],
  );
}
