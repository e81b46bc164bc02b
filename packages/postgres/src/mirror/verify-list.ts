import { NotFoundError } from "pageturn";
import { openList } from "../catalog/list-source.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted } from "../schema/identifiers.ts";
import type { ListTable } from "../schema/list-table.ts";
import { KeySet } from "./key-set.ts";
import { readList, type StoredList, tableOf } from "./list-store.ts";
import type { Difference, VerifyOptions, VerifyResult } from "./mirror-types.ts";
import { type PlannedPart, planRun } from "./plan-run.ts";
import { parentPaths } from "./start-run.ts";
import type { PartContext } from "./walk-part.ts";

/** How many differences are named. All are counted. */
const MAX_DIFFERENCES = 100;
const BATCH = 2000;

/** The counts of a comparison while it goes on. */
interface Tally {
  compared: number;
  missing: number;
  extra: number;
  different: number;
  readonly differences: Difference[];
  /** The keys that the walk has seen. */
  readonly seen: KeySet;
}

/** Compares a list of the API with its table. */
export async function verifyList(
  context: PartContext,
  name: string,
  { sample, signal }: VerifyOptions,
): Promise<VerifyResult> {
  const { database, schema, now } = context;
  const list = await readList(database, schema, { name });
  if (list.position === null) {
    throw new MirrorError(`Cannot verify ${JSON.stringify(name)} because no run was complete yet`);
  }
  const table = tableOf(list, schema);
  const tally: Tally = {
    compared: 0,
    missing: 0,
    extra: 0,
    different: 0,
    differences: [],
    seen: new KeySet(),
  };
  const { parts, from, to } = wholeRange(list, list.position, now());
  // Rows of a run that has begun after the comparison are not of interest. In a feed, those of a run that did not end complete
  // are newer than the position, which is the end of the comparison.
  const { rows: last } = await database.query<{ run_id: number | string }>(
    `SELECT max(run_id) AS run_id FROM ${quoted(schema)}._runs WHERE list_id = $1 AND (outcome = 'complete' OR (outcome <> 'open' AND NOT $2))`,
    [list.id, list.mode === "feed"],
  );
  let isComplete = true;
  for await (const part of paths(context, list, parts)) {
    if (sample !== undefined && tally.compared >= sample) break;
    isComplete = (await comparePart(context, { list, table, part, tally, sample, signal })) && isComplete;
  }
  if (sample === undefined && isComplete) {
    const runId = Number(last[0]?.run_id ?? 0);
    await findExtra(context, { table, tally, from, to, runId });
  }
  const { seen: _, ...counts } = tally;
  return { name, ...counts, complete: isComplete };
}

/** All that the list has covered: from its start to its position. */
function wholeRange(list: StoredList, position: Date, now: Date) {
  // For the plan of a first run that would end at the position: the clock stands so much later.
  const clock = list.mode === "snapshot" ? now : new Date(position.getTime() + list.delay * 1000);
  const run = planRun(list, { position: null, now: clock });
  return run ?? { parts: [], from: null, to: null };
}

async function* paths(
  { database, schema }: PartContext,
  list: StoredList,
  parts: readonly Omit<PlannedPart, "pathArgs">[],
): AsyncGenerator<PlannedPart> {
  if (list.parentId === null) {
    for (const part of parts) yield { ...part, pathArgs: list.pathArgs };
    return;
  }
  const parent = await readList(database, schema, { id: list.parentId });
  for await (const batch of parentPaths(database, schema, parent)) {
    for (const pathArgs of batch) for (const part of parts) yield { ...part, pathArgs };
  }
}

async function comparePart(
  { client, database }: PartContext,
  options: {
    list: StoredList;
    table: ListTable;
    part: PlannedPart;
    tally: Tally;
    sample: number | undefined;
    signal: AbortSignal | undefined;
  },
): Promise<boolean> {
  const { list, table, part, tally, sample, signal } = options;
  const paginator = openList(client, list.list, {
    pathArgs: part.pathArgs,
    parameters: { ...list.parameters, ...part.parameters },
    workspaceId: list.workspaceId,
    options: signal === undefined ? {} : { signal },
  });
  const walk = paginator.pages({ prefetch: 1, onIncomplete: "stop", onCycle: "stop" });
  const split = { parents: list.parentId === null ? [] : part.pathArgs, bucket: part.bucket };
  let comparing = Promise.resolve();
  try {
    for await (const page of walk) {
      // A page that shifts shows an item twice.
      const rows = table.rows(page.data, split).filter(({ key }) => tally.seen.add(key));
      tally.compared += rows.length;
      // The database compares a page while the next one is prepared.
      await comparing;
      comparing = noteDifferences(tally, table.compare(database, rows));
      // A failure is thrown where it is awaited, also if the next page fails first.
      comparing.catch(() => {});
      if (sample !== undefined && tally.compared >= sample) break;
    }
  } catch (error) {
    // A parent that is gone has no items.
    if (!(error instanceof NotFoundError && list.parentId !== null)) throw error;
    await comparing;
    return true;
  }
  await comparing;
  return walk.outcome?.complete === true || (sample !== undefined && tally.compared >= sample);
}

async function noteDifferences(tally: Tally, found: Promise<readonly Difference[]>): Promise<void> {
  for (const difference of await found) note(tally, difference);
}

function note(tally: Tally, difference: Difference): void {
  tally[difference.kind] += 1;
  if (tally.differences.length < MAX_DIFFERENCES) tally.differences.push(difference);
}

/** Counts the rows of the table that the walk did not see. */
async function findExtra(
  { database }: PartContext,
  options: { table: ListTable; tally: Tally; from: Date | null; to: Date | null; runId: number },
): Promise<void> {
  const { table, tally, from, to, runId } = options;
  // A cursor reads the table once, in any order. Nothing waits for the network in this transaction.
  await database.transaction(async (transaction) => {
    await transaction.query(
      `DECLARE mirror_keys NO SCROLL CURSOR FOR SELECT _key FROM ${table.name}
       WHERE _deleted_at IS NULL AND _seen_run <= ${Math.trunc(runId)}
         AND (_bucket IS NULL OR ${literal(from)} IS NULL OR (_bucket >= ${literal(from)} AND _bucket < ${literal(to)}))`,
    );
    for (;;) {
      const { rows } = await transaction.query<{ _key: string }>(`FETCH ${BATCH} FROM mirror_keys`);
      for (const { _key } of rows) if (!tally.seen.has(_key)) note(tally, { key: _key, kind: "extra" });
      if (rows.length < BATCH) return;
    }
  });
}

/** A time in a statement that takes no parameters, such as `DECLARE`. */
function literal(time: Date | null): string {
  return time === null ? "NULL::timestamptz" : `'${time.toISOString()}'::timestamptz`;
}
