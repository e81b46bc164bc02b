import type { Database, Queryable } from "../database/database.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted } from "../schema/identifiers.ts";
import { checkOption } from "./check-option.ts";
import { readList, requestText, requireKnown, type StoredList, tableOf } from "./list-store.ts";
import type { RunPlan } from "./mirror-types.ts";
import { firstStart, isDue, type PlannedPart, type PlannedRun, planRun } from "./plan-run.ts";

/** How many parents are read and how many parts are written in one statement. */
const BATCH = 2000;

/**
 * Begins a run of a list, or returns the one that is open. `null` if no run is due, if there is nothing to request yet (then
 * the next one is due after the interval of the list), or if the parents of a child list were never seen whole. Of two callers, the
 * second gets the run of the first. `from` begins one there, whatever the position of the list: see `Mirror.startRun`.
 */
export async function startRun(
  database: Database,
  schema: string,
  { name, now, force = false, from }: { name: string; now: Date; force?: boolean; from?: Date | undefined },
): Promise<RunPlan | null> {
  return database.transaction(async (transaction) => {
    const list = await readList(transaction, schema, { name, lock: true });
    requireKnown(list);
    const { rows } = await transaction.query<{ run_id: number | string }>(
      `SELECT run_id FROM ${quoted(schema)}._runs WHERE list_id = $1 AND outcome = 'open'`,
      [list.id],
    );
    const open = rows[0];
    if (from !== undefined) checkFrom(list, { from, now, isOpen: open !== undefined });
    if (open !== undefined) return readPlan(transaction, schema, Number(open.run_id));
    if (!force && from === undefined && !isDue(list, now)) return null;
    const run = planRun(list, { position: list.position, now, from });
    if (run !== null) return beginRun(transaction, schema, { list, run, now, from });
    await transaction.query(
      `UPDATE ${quoted(schema)}._lists SET next_run_at = $2::timestamptz WHERE list_id = $1`,
      [list.id, new Date(now.getTime() + list.every * 1000).toISOString()],
    );
    return null;
  });
}

function checkFrom(
  list: StoredList,
  { from, now, isOpen }: { from: Date; now: Date; isOpen: boolean },
): void {
  const refuse = (why: string): never => {
    throw new MirrorError(`Cannot run ${JSON.stringify(list.name)} from a time because ${why}`);
  };
  checkOption(`run ${JSON.stringify(list.name)}`, { option: "from", value: from, rule: "date" });
  if (list.mode === "snapshot") refuse("each run of a snapshot requests everything");
  if (from >= now) refuse(`it is not in the past: ${from.toISOString()}`);
  if (isOpen) refuse("a run of it is open: let it end, or run the list without a time");
  if (list.position === null) refuse("no run of it was complete yet: run the list without a time");
  const start = firstStart(list, now);
  if (start === null || from.getTime() >= start) return;
  const begin = new Date(start).toISOString();
  refuse(
    `${from.toISOString()} is before the start of the list, ${begin}: remove the list and add it with that start`,
  );
}

async function beginRun(
  transaction: Queryable,
  schema: string,
  { list, run, now, from }: { list: StoredList; run: PlannedRun; now: Date; from: Date | undefined },
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
      requestText(list),
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
    const nameless: string[] = [];
    for await (const batch of parentPaths(transaction, schema, parent)) {
      await write(await childParts(transaction, schema, { list, run, paths: batch.paths, now, from }));
      nameless.push(...batch.nameless);
    }
    if (nameless.length > 0) {
      await write([{ pathArgs: [], parameters: {}, bucket: null }]);
      await endNameless(transaction, schema, { runId, parent: parent.name, keys: nameless });
    }
  }
  await transaction.query(`UPDATE ${quoted(schema)}._runs SET part_count = $2 WHERE run_id = $1`, [
    runId,
    count,
  ]);
  return readPlan(transaction, schema, runId);
}

/** Some rows of a list as the parents of another one. */
export interface ParentBatch {
  /** The ids of the paths below them. */
  readonly paths: readonly (readonly string[])[];
  /** The keys of rows without an id that can be in a path. */
  readonly nameless: readonly string[];
}

/** The rows of a list as parents, in batches. Rows with the same ids, which follow each other, are one parent. */
export async function* parentPaths(
  transaction: Queryable,
  schema: string,
  parent: StoredList,
): AsyncGenerator<ParentBatch> {
  requireKnown(parent);
  const table = tableOf(parent, schema).name;
  // The keys of a child list begin with the ids of its path; those of another list do not.
  const fixed = parent.parentId === null ? parent.pathArgs : [];
  let before = "";
  for (let last = ""; ; ) {
    const { rows } = await transaction.query<{ _key: string }>(
      `SELECT _key FROM ${table} WHERE _deleted_at IS NULL AND _key > $1 ORDER BY _key LIMIT ${BATCH}`,
      [last],
    );
    const paths: (readonly string[])[] = [];
    const nameless: string[] = [];
    for (const { _key } of rows) {
      const ids = pathIds(_key, parent);
      const path = JSON.stringify(ids);
      if (ids === null) nameless.push(_key);
      else if (path !== before) paths.push([...fixed, ...ids]);
      before = path;
    }
    if (rows.length > 0) yield { paths, nameless };
    if (rows.length < BATCH) return;
    last = rows.at(-1)?._key ?? last;
  }
}

/** The ids that a key of a list adds to a path; `null` if it has none that can be in one. */
function pathIds(key: string, { parentId, list }: StoredList): readonly string[] | null {
  const named: unknown = JSON.parse(key);
  if (!Array.isArray(named)) return null;
  // The number of an item tells it from another one of its page with the same ids.
  const parts = typeof named.at(-1)?.number === "number" ? named.slice(0, -1) : named;
  const wanted = parentId === null ? 1 : list.pathParams.length + 1;
  if (parts.length < wanted) return null;
  // A key of several ids names the parents first and the item last.
  const ids: readonly unknown[] = parentId === null ? parts.slice(-1) : parts.slice(0, wanted);
  return ids.every(isPathId) ? ids.map(String) : null;
}

/** Whether an id can be in a path: `.` and `..` lead to another one, also with their dots percent-encoded. */
function isPathId(id: unknown): boolean {
  if (typeof id === "number") return true;
  return typeof id === "string" && id !== "" && !/^(?:\.|%2e){1,2}$/i.test(id) && !/\p{Surrogate}/u.test(id);
}

/** Ends the last part of a run, which stands for the parents that cannot be requested. */
async function endNameless(
  transaction: Queryable,
  schema: string,
  { runId, parent, keys }: { runId: number; parent: string; keys: readonly string[] },
): Promise<void> {
  const others = keys.length === 1 ? "" : `, and ${keys.length - 1} more`;
  await transaction.query(
    `UPDATE ${quoted(schema)}._parts SET state = 'incomplete', errors = 1, last_error = $2
     WHERE part_id = (SELECT part_id FROM ${quoted(schema)}._parts WHERE run_id = $1 ORDER BY ordinal DESC LIMIT 1)`,
    [
      runId,
      `Cannot list what belongs to a row of ${parent} because it has no id that can be in a path: ${keys[0]}${others}`,
    ],
  );
}

/** The parts of a child list. A parent that is new to a feed is requested from the beginning, whatever the position of the list. */
async function childParts(
  transaction: Queryable,
  schema: string,
  options: {
    list: StoredList;
    run: PlannedRun;
    paths: readonly (readonly string[])[];
    now: Date;
    from: Date | undefined;
  },
): Promise<readonly PlannedPart[]> {
  const { list, run, paths, now, from } = options;
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
    const own = planRun({ ...list, slices: 1 }, { position, now, from });
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
