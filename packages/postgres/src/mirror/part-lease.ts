import type { Database, Queryable } from "../database/database.ts";
import { quoted } from "../schema/identifiers.ts";
import type { PartResult } from "./mirror-types.ts";

/** A part that this worker has taken. */
export interface TakenPart {
  readonly partId: number;
  /** The number of this lease. Whoever takes the part next has a higher one. */
  readonly lease: number;
  readonly runId: number;
  readonly listId: number;
  readonly pathArgs: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly bucket: string | null;
  /** The position of the list when the run is complete. */
  readonly newPosition: Date;
  /** JSON; `null` at the beginning. */
  readonly checkpoint: string | null;
  readonly pages: number;
  readonly rows: number;
}

/** Another worker has taken the part, or the list was removed. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

/** A worker is dead if it gave no sign of life for so many heartbeats. */
const HEARTBEATS = 3;
/** A worker keeps a page that the database does not take for so many heartbeats. */
export const HELD_HEARTBEATS = 12;

/**
 * The condition that the lease of a part has ended. A sign of life from the future is of a clock that was ahead: the lease would hold for as
 * long again.
 */
export const LEASE_ENDED = "NOT (clock_timestamp() BETWEEN heartbeat_at AND lease_until)";

interface PartRow {
  lease: number | string;
  run_id: number | string;
  list_id: number | string;
  path_args: string;
  parameters: string;
  bucket: string | null;
  new_position: Date;
  checkpoint: string | null;
  pages: number | string;
  rows: number | string;
}

/** Takes a part for a worker, or tells why it cannot be taken. */
export async function takePart(
  database: Database,
  schema: string,
  { partId, worker, seconds }: { partId: number; worker: string; seconds: number },
): Promise<TakenPart | Exclude<PartResult, "stopped">> {
  // One statement: of two workers the second waits for the row, and then sees the lease of the first.
  const { rows } = await database.query<PartRow>(
    `UPDATE ${quoted(schema)}._parts p SET lease = lease + 1, worker = $2, heartbeat_at = clock_timestamp(),
       lease_until = clock_timestamp() + $3 * interval '1 second'
     FROM ${quoted(schema)}._runs r
     WHERE part_id = $1 AND state = 'waiting' AND r.run_id = p.run_id
       AND (lease_until IS NULL OR ${LEASE_ENDED} OR worker = $2)
     RETURNING p.lease, p.run_id, r.list_id, p.path_args, p.parameters, p.bucket, r.new_position, p.checkpoint, p.pages, p.rows`,
    [partId, worker, seconds * HEARTBEATS],
  );
  const [row] = rows;
  if (row === undefined) return whyNot(database, schema, partId);
  return {
    partId,
    lease: Number(row.lease),
    runId: Number(row.run_id),
    listId: Number(row.list_id),
    pathArgs: JSON.parse(row.path_args),
    parameters: JSON.parse(row.parameters),
    bucket: row.bucket,
    newPosition: row.new_position,
    checkpoint: row.checkpoint,
    pages: Number(row.pages),
    rows: Number(row.rows),
  };
}

async function whyNot(
  database: Database,
  schema: string,
  partId: number,
): Promise<Exclude<PartResult, "stopped">> {
  const { rows } = await database.query<{ state: string }>(
    `SELECT state FROM ${quoted(schema)}._parts WHERE part_id = $1`,
    [partId],
  );
  const state = rows[0]?.state;
  if (state === "complete" || state === "incomplete") return state;
  return state === undefined ? "lost" : "busy";
}

/** Locks a part for a transaction. Throws {@link LeaseLostError} unless the lease is still that of this worker. */
export async function fence(
  transaction: Queryable,
  schema: string,
  { partId, lease }: TakenPart,
): Promise<{ readonly digest: string; readonly pages: number }> {
  const { rows } = await transaction.query<{
    lease: number | string;
    digest: string;
    pages: number | string;
  }>(`SELECT lease, digest, pages FROM ${quoted(schema)}._parts WHERE part_id = $1 FOR UPDATE`, [partId]);
  const [row] = rows;
  if (row === undefined || Number(row.lease) !== lease) {
    throw new LeaseLostError(`Cannot write a page of part ${partId} because another worker has taken it`);
  }
  return { digest: row.digest, pages: Number(row.pages) };
}

/** The signs of life of a worker while it walks a part. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> = Promise.resolve();
  #isBeating = false;

  /** Calls `onLost` when another worker has taken the part. */
  constructor(
    database: Database,
    options: { schema: string; part: TakenPart; seconds: number; onLost: () => void },
  ) {
    this.#timer = setInterval(() => {
      // On a slow database the next sign of life waits for the one before it.
      if (this.#isBeating) return;
      this.#isBeating = true;
      this.#beating = beat(database, options).finally(() => {
        this.#isBeating = false;
      });
    }, options.seconds * 1000);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }
}

async function beat(
  database: Database,
  options: { schema: string; part: TakenPart; seconds: number; onLost: () => void },
): Promise<void> {
  const { schema, part, seconds, onLost } = options;
  try {
    const { rowCount } = await database.query(
      `UPDATE ${quoted(schema)}._parts SET heartbeat_at = clock_timestamp(),
         lease_until = clock_timestamp() + $3 * interval '1 second'
       WHERE part_id = $1 AND lease = $2 AND state = 'waiting'`,
      [part.partId, part.lease, seconds * HEARTBEATS],
    );
    if (rowCount === 0) onLost();
  } catch {
    // The database cannot be reached. The lease decides when the next page is written.
  }
}

/** Gives a part back, so that another worker can take it at once. With a failure, it is counted. */
export async function releasePart(
  database: Database,
  schema: string,
  { part, failure }: { part: TakenPart; failure: string | null },
): Promise<void> {
  await database.query(
    `UPDATE ${quoted(schema)}._parts SET lease_until = NULL, worker = NULL, last_error = coalesce($3::text, last_error),
       errors = errors + CASE WHEN $3::text IS NULL THEN 0 ELSE 1 END, failing = failing OR $3::text IS NOT NULL
     WHERE part_id = $1 AND lease = $2 AND state = 'waiting'`,
    [part.partId, part.lease, failure],
  );
}

/** Ends a part without a page: it is incomplete, or its parent does not exist. */
export async function endPart(
  database: Database,
  schema: string,
  { part, state, failure }: { part: TakenPart; state: "complete" | "incomplete"; failure: string | null },
): Promise<void> {
  await database.transaction(async (transaction) => {
    await fence(transaction, schema, part);
    await transaction.query(
      `UPDATE ${quoted(schema)}._parts SET state = $2, last_error = coalesce($3::text, last_error), worker = NULL,
         lease_until = NULL, not_found = $4, errors = errors + CASE WHEN $3::text IS NULL THEN 0 ELSE 1 END
       WHERE part_id = $1`,
      [part.partId, state, failure, state === "complete" && failure !== null],
    );
  });
}

/**
 * Starts a part from its beginning, because its checkpoint cannot be used. `forget` takes back that the rows of the part were seen: one
 * that is deleted in the API before the part gets there again has to be missed. The rows stay.
 */
export async function restartPart(
  database: Database,
  schema: string,
  options: { part: TakenPart; failure: string; forget: (transaction: Queryable) => Promise<void> },
): Promise<void> {
  const { part, failure, forget } = options;
  await database.transaction(async (transaction) => {
    await fence(transaction, schema, part);
    await forget(transaction);
    await transaction.query(
      `UPDATE ${quoted(schema)}._parts SET checkpoint = NULL, pages = 0, rows = 0, digest = '', first_key = NULL,
         last_key = NULL, restarts = restarts + 1, last_error = $2 WHERE part_id = $1`,
      [part.partId, failure],
    );
  });
}
