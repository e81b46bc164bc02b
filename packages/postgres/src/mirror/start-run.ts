import type { Database, Queryable } from "../database/database.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted } from "../schema/identifiers.ts";
import { readList, type StoredList, tableOf } from "./list-store.ts";
import type { RunPlan } from "./mirror-types.ts";
import { type PlannedPart, type PlannedRun, planRun } from "./plan-run.ts";

/** How many parents are read and how many parts are written in one statement. */
const BATCH = 2000;

/**
 * Begins a run of a list, or returns the one that is open. `null` if no run is due, if there is nothing to request yet (then
 * the next one is due after the interval of the list), or if the parents of a child list were never seen whole. Of two callers, the
 * second gets the run of the first.
 */
export async function startRun(
  database: Database,
  schema: string,
  { name, now, force = false }: { name: string; now: Date; force?: boolean },
): Promise<RunPlan | null> {
  return database.transaction(async (transaction) => {
    const list = await readList(transaction, schema, { name, lock: true });
    const { rows } = await transaction.query<{ run_id: number | string }>(
      `SELECT run_id FROM ${quoted(schema)}._runs WHERE list_id = $1 AND outcome = 'open'`,
      [list.id],
    );
    const open = rows[0];
    if (open !== undefined) return readPlan(transaction, schema, Number(open.run_id));
    if (!force && list.nextRunAt > now) return null;
    const run = planRun(list, { position: list.position, now });
    if (run !== null) return beginRun(transaction, schema, { list, run, now });
    await transaction.query(
      `UPDATE ${quoted(schema)}._lists SET next_run_at = greatest(next_run_at, $2::timestamptz) WHERE list_id = $1`,
      [list.id, new Date(now.getTime() + list.every * 1000).toISOString()],
    );
    return null;
  });
}

async function beginRun(
  transaction: Queryable,
  schema: string,
  { list, run, now }: { list: StoredList; run: PlannedRun; now: Date },
): Promise<RunPlan | null> {
  const parent =
    list.parentId === null ? undefined : await readList(transaction, schema, { id: list.parentId });
  if (parent?.position === null) return null;
  const { rows } = await transaction.query<{ run_id: number | string }>(
    `INSERT INTO ${quoted(schema)}._runs (list_id, range_from, range_to, new_position, started_at, part_count, request)
     VALUES ($1, $2::timestamptz, $3::timestamptz, $4::timestamptz, $5::timestamptz, 0, $6) RETURNING run_id`,
    [
      list.id,
      run.from?.toISOString() ?? null,
      run.to?.toISOString() ?? null,
      run.position.toISOString(),
      now.toISOString(),
      JSON.stringify({
        list: list.list.id,
        path: list.list.path,
        mode: list.mode,
        pathArgs: list.pathArgs,
        parameters: list.parameters,
        workspaceId: list.workspaceId,
      }),
    ],
  );
  const runId = Number(rows[0]?.run_id);
  let count = 0;
  const write = async (parts: readonly PlannedPart[]) => {
    await insertParts(transaction, schema, { runId, first: count, parts });
    count += parts.length;
  };
  if (parent === undefined) {
    await write(run.parts.map((part) => ({ ...part, pathArgs: list.pathArgs })));
  } else {
    for await (const paths of parentPaths(transaction, schema, parent)) {
      await write(await childParts(transaction, schema, { list, run, paths, now }));
    }
  }
  await transaction.query(`UPDATE ${quoted(schema)}._runs SET part_count = $2 WHERE run_id = $1`, [
    runId,
    count,
  ]);
  return readPlan(transaction, schema, runId);
}

/** The ids of the paths below the rows of a list, in batches. */
export async function* parentPaths(
  transaction: Queryable,
  schema: string,
  parent: StoredList,
): AsyncGenerator<readonly (readonly string[])[]> {
  const table = tableOf(parent, schema).name;
  // The keys of a child list begin with the ids of its path; those of another list do not.
  const fixed = parent.parentId === null ? parent.pathArgs : [];
  for (let last = ""; ; ) {
    const { rows } = await transaction.query<{ _key: string }>(
      `SELECT _key FROM ${table} WHERE _deleted_at IS NULL AND _key > $1 ORDER BY _key LIMIT ${BATCH}`,
      [last],
    );
    if (rows.length > 0) yield rows.map(({ _key }) => [...fixed, ...pathIds(_key, parent)]);
    if (rows.length < BATCH) return;
    last = rows.at(-1)?._key ?? last;
  }
}

function pathIds(key: string, { name, parentId, list }: StoredList): readonly string[] {
  const parts: unknown = JSON.parse(key);
  const wanted = parentId === null ? 1 : list.pathParams.length + 1;
  if (Array.isArray(parts) && parts.length >= wanted) {
    // A key of several ids names the parents first and the item last.
    const ids = parentId === null ? parts.slice(-1) : parts.slice(0, wanted);
    if (ids.every((id: unknown) => typeof id === "string" || typeof id === "number")) return ids.map(String);
  }
  throw new MirrorError(`Cannot list what belongs to the rows of ${name} because one has no id: ${key}`);
}

/** The parts of a child list. A parent that is new to a feed is requested from the beginning, whatever the position of the list. */
async function childParts(
  transaction: Queryable,
  schema: string,
  options: { list: StoredList; run: PlannedRun; paths: readonly (readonly string[])[]; now: Date },
): Promise<readonly PlannedPart[]> {
  const { list, run, paths, now } = options;
  if (list.mode !== "feed") {
    return paths.flatMap((pathArgs) => run.parts.map((part) => ({ ...part, pathArgs })));
  }
  const { rows } = await transaction.query<{ path_args: string; position: Date }>(
    `SELECT path_args, position FROM ${quoted(schema)}._parent_positions WHERE list_id = $1 AND path_args = ANY($2::text[])`,
    [list.id, paths.map((pathArgs) => JSON.stringify(pathArgs))],
  );
  const positions = new Map(rows.map(({ path_args, position }) => [path_args, position]));
  return paths.flatMap((pathArgs) => {
    const position = positions.get(JSON.stringify(pathArgs)) ?? null;
    // The items of one parent are few: they need no slices.
    const own = planRun({ ...list, slices: 1 }, { position, now });
    return (own?.parts ?? []).map((part) => ({ ...part, pathArgs }));
  });
}

async function insertParts(
  transaction: Queryable,
  schema: string,
  { runId, first, parts }: { runId: number; first: number; parts: readonly PlannedPart[] },
): Promise<void> {
  for (let start = 0; start < parts.length; start += BATCH) {
    const batch = parts.slice(start, start + BATCH);
    await transaction.query(
      `INSERT INTO ${quoted(schema)}._parts (run_id, ordinal, path_args, parameters, bucket)
       SELECT $1::bigint, $2::int + ordinal, path_args, parameters, bucket
       FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS part (path_args, parameters, bucket, ordinal)`,
      [
        runId,
        first + start,
        batch.map(({ pathArgs }) => JSON.stringify(pathArgs)),
        batch.map(({ parameters }) => JSON.stringify(parameters)),
        batch.map(({ bucket }) => bucket),
      ],
    );
  }
}

async function readPlan(transaction: Queryable, schema: string, runId: number): Promise<RunPlan> {
  const { rows } = await transaction.query<{ part_id: number | string }>(
    `SELECT part_id FROM ${quoted(schema)}._parts WHERE run_id = $1 AND state = 'waiting' ORDER BY ordinal`,
    [runId],
  );
  return { runId, parts: rows.map(({ part_id }) => ({ partId: Number(part_id) })) };
}

/** Whether a run has parts that have not ended. An index has those parts alone. */
export async function hasWaitingPart(database: Queryable, schema: string, runId: number): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT FROM ${quoted(schema)}._parts WHERE run_id = $1 AND state = 'waiting' LIMIT 1`,
    [runId],
  );
  return rows.length > 0;
}
