import { type APIStatusError, type AsyncPaginator, NotFoundError } from "pageturn";
import { rangeParams } from "pageturn/catalog";
import { KeySet } from "../catalog/key-set.ts";
import { openList, pageFault } from "../catalog/list-source.ts";
import { withoutClient } from "../database/passing-failure.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted, timeLiteral } from "../schema/identifiers.ts";
import type { ListTable } from "../schema/list-table.ts";
import { checkOption } from "./check-option.ts";
import { readList, requireKnown, type StoredList, tableOf } from "./list-store.ts";
import type { Difference, VerifyOptions, VerifyResult } from "./mirror-types.ts";
import { organizationError } from "./organization.ts";
import { type PlannedPart, partRows, planRun } from "./plan-run.ts";
import { parentPaths } from "./start-run.ts";
import { failureText, isRefusal, type PartContext, unseen } from "./walk-part.ts";

/** How many differences are named. All are counted. */
const MAX_DIFFERENCES = 100;

/** A sample is of so many parts at least, if there are so many. */
const SAMPLED_PARTS = 10;
/** Into how many ranges of time a list is split for a sample. */
const SAMPLED_SLICES = 100;
/** A sample is taken from so many parts, or from as many as it has rows. */
const MAX_SAMPLED_PARTS = 1000;

/** The counts of a comparison while it goes on. */
interface Tally {
  compared: number;
  missing: number;
  extra: number;
  different: number;
  readonly differences: Difference[];
  /** The keys that differ, each behind its kind. */
  readonly noted: KeySet;
  /** The keys that the walk has seen. */
  readonly seen: KeySet;
  /** The paths of the parents that the API has. */
  readonly parents: Set<string | null>;
  /** Why not everything was walked: the first reason. */
  incompleteBecause: string | null;
}

/** Compares a list of the API with its table. */
export async function verifyList(
  context: PartContext,
  name: string,
  { sample, signal }: VerifyOptions,
): Promise<VerifyResult> {
  const { database, schema, now } = context;
  checkOption(`verify ${JSON.stringify(name)}`, { option: "sample", value: sample, rule: "count" });
  const list = await readList(database, schema, { name });
  requireKnown(list);
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
    noted: new KeySet(),
    seen: new KeySet(),
    parents: new Set(),
    incompleteBecause: null,
  };
  const onNameless = (key: string) => {
    tally.incompleteBecause ??= `a parent has no id that can be in a path: ${key}`;
  };
  const { parts, from, to } = wholeRange(
    // The parts of one parent are not split further.
    sample === undefined || list.parentId !== null ? list : { ...list, slices: SAMPLED_SLICES },
    list.position,
    await now(),
  );
  const covered = await coveredRows(context, { list, table, from, to });
  const had = new KeySet();
  if (sample === undefined) await table.readKeys(database, covered, (key) => had.add(key));
  const all = paths(context, list, { parts, onNameless });
  const sampled = sample === undefined ? [] : await randomParts(all, Math.max(sample, MAX_SAMPLED_PARTS));
  const count = sampled.length;
  const share = Math.ceil((sample ?? 0) / Math.min(SAMPLED_PARTS, Math.max(1, count)));
  let walked = 0;
  let gone = 0;
  const refusals: APIStatusError[] = [];
  for await (const part of sample === undefined ? all : sampled) {
    if (sample !== undefined && tally.compared >= sample) break;
    const isFirst = walked < count;
    const rest = (sample ?? 0) - tally.compared;
    // The second time, the part begins with the rows of the first time.
    const [wanted, seen] = isFirst ? [Math.min(rest, share), 0] : [rest, share];
    const own =
      sample === undefined ? undefined : { until: tally.compared + wanted, pageSize: wanted + seen };
    const result = await comparePart(context, { list, table, part, tally, sample: own, signal });
    walked += 1;
    // It has more rows, if the other parts do not have enough.
    if (result === "left" && isFirst) sampled.push(part);
    if (result === "gone") gone += 1;
    else if (typeof result !== "string") refusals.push(result);
  }
  const [refusal] = refusals;
  if (refusal !== undefined && refusals.length === walked) throw refusal;
  // A key that lost its rights gets 404 for all parents, as if nothing were left.
  if (gone > 0 && gone === walked) tally.incompleteBecause ??= "the API has none of the parents (404)";
  if (sample === undefined && tally.incompleteBecause === null) {
    // Rows that a run has written since the comparison began may be of items that are newer than their page.
    await table.readKeys(database, covered, (key, parent) => {
      // Nothing is deleted in feeds: the rows of a parent that is gone stay for good.
      const isKept = list.mode === "feed" && !tally.parents.has(parent);
      if (had.has(key) && !tally.seen.has(key) && !isKept) note(tally, { key, kind: "extra" });
    });
  }
  const { noted: _noted, seen: _seen, parents: _parents, ...counts } = tally;
  return { name, ...counts, complete: counts.incompleteBecause === null };
}

/** All that the list has covered: from its start to its position. */
function wholeRange(list: StoredList, position: Date, now: Date) {
  // For the plan of a first run that would end at the position: the clock stands so much later.
  const clock = list.mode === "snapshot" ? now : new Date(position.getTime() + list.delay * 1000);
  const run = planRun(list, { position: null, now: clock });
  return run ?? { parts: [], from: null, to: null };
}

/** So many of the parts at most, in any order. */
async function randomParts(all: AsyncIterable<PlannedPart>, most: number): Promise<PlannedPart[]> {
  const found: PlannedPart[] = [];
  let count = 0;
  for await (const part of all) {
    count += 1;
    const place = Math.floor(Math.random() * count);
    // The part that is at this place moves to the end, or leaves.
    const moved = found[place];
    if (found.length < most && moved !== undefined) found.push(moved);
    else if (found.length < most) found.push(part);
    if (place < found.length) found[place] = part;
  }
  return found;
}

async function* paths(
  { database, schema }: PartContext,
  list: StoredList,
  {
    parts,
    onNameless,
  }: {
    parts: readonly Omit<PlannedPart, "pathArgs">[];
    /** Is called with the key of a parent that cannot be requested. */
    onNameless: (key: string) => void;
  },
): AsyncGenerator<PlannedPart> {
  if (list.parentId === null) {
    for (const part of parts) yield { ...part, pathArgs: list.pathArgs };
    return;
  }
  const parent = await readList(database, schema, { id: list.parentId });
  for await (const batch of parentPaths(database, schema, parent)) {
    for (const key of batch.nameless) onNameless(key);
    for (const pathArgs of batch.paths) for (const part of parts) yield { ...part, pathArgs };
  }
}

/**
 * Notes the differences of a part. Returns "left" if the sample was reached, "gone" for a parent that the API does not have, and the error for one
 * that it refuses.
 */
async function comparePart(
  { client, database }: PartContext,
  options: {
    list: StoredList;
    table: ListTable;
    part: PlannedPart;
    tally: Tally;
    sample: { readonly until: number; readonly pageSize: number } | undefined;
    signal: AbortSignal | undefined;
  },
): Promise<"compared" | "left" | "gone" | APIStatusError> {
  const { list, table, part, tally, sample, signal } = options;
  const open = () =>
    openList(client, list.list, {
      pathArgs: part.pathArgs,
      parameters: { ...list.parameters, ...part.parameters },
      workspaceId: list.workspaceId,
      pageSize: sample?.pageSize,
      options: signal === undefined ? {} : { signal },
    });
  const walk = open().pages({
    prefetch: sample === undefined ? 1 : 0,
    onIncomplete: "stop",
    onCycle: "stop",
  });
  const parents = list.parentId === null ? [] : part.pathArgs;
  const split = { parents, bucket: part.bucket, seen: new KeySet() };
  const parent = list.parentId === null ? null : JSON.stringify(part.pathArgs);
  let comparing = Promise.resolve();
  let pages = 0;
  try {
    for await (const page of walk) {
      const foreign = organizationError(list, page.response.headers);
      if (foreign !== undefined) throw foreign;
      pages += 1;
      tally.incompleteBecause ??= pageFault(list.list, page, partRows(list, part)) ?? null;
      const rows = table.rows(page.data, split);
      // A page that shifts shows an item twice. The last one counts, as in a run.
      const again = rows.map(({ key }) => key).filter((key) => !tally.seen.add(key));
      tally.compared += rows.length - again.length;
      // The database compares a page while the next one is prepared.
      await comparing;
      comparing = noteDifferences(tally, { again, found: table.compare(database, rows, parent) });
      // A failure is thrown where it is awaited, also if the next page fails first.
      comparing.catch(() => {});
      if (sample !== undefined && tally.compared >= sample.until) break;
    }
  } catch (error) {
    if (list.parentId === null || !isRefusal(error)) throw withoutClient(error);
    const foreign = organizationError(list, error.headers);
    if (foreign !== undefined) throw foreign;
    await comparing;
    // A parent that is gone has no items, and no first page either.
    if (error instanceof NotFoundError && (pages === 0 || (await hasNoFirstPage(open())))) return "gone";
    tally.parents.add(parent);
    tally.incompleteBecause ??= failureText(error);
    return pages === 0 ? error : "compared";
  }
  await comparing;
  tally.parents.add(parent);
  if (sample !== undefined && tally.compared >= sample.until) return "left";
  if (walk.outcome?.complete !== true) tally.incompleteBecause ??= unseen(walk.outcome);
  return "compared";
}

async function hasNoFirstPage(paginator: AsyncPaginator<unknown>): Promise<boolean> {
  const walk = paginator.pages({ onIncomplete: "stop", onCycle: "stop" });
  try {
    await walk.next();
    return false;
  } catch (error) {
    if (error instanceof NotFoundError) return true;
    throw withoutClient(error);
  } finally {
    await walk.return();
  }
}

async function noteDifferences(
  tally: Tally,
  {
    again,
    found,
  }: {
    /** The keys that were compared before. */
    readonly again: readonly string[];
    readonly found: Promise<readonly Difference[]>;
  },
): Promise<void> {
  const differences = await found;
  for (const key of again) forget(tally, key);
  for (const difference of differences) note(tally, difference);
}

function forget(tally: Tally, key: string): void {
  for (const kind of ["missing", "different"] as const) {
    if (!tally.noted.delete(`${kind} ${key}`)) continue;
    tally[kind] -= 1;
    const named = tally.differences.findIndex((difference) => difference.key === key);
    if (named !== -1) tally.differences.splice(named, 1);
  }
}

function note(tally: Tally, difference: Difference): void {
  tally.noted.add(`${difference.kind} ${difference.key}`);
  tally[difference.kind] += 1;
  if (tally.differences.length < MAX_DIFFERENCES) tally.differences.push(difference);
}

/** The condition for the rows whose items are in the range that is walked. */
async function coveredRows(
  { database, schema }: PartContext,
  options: { list: StoredList; table: ListTable; from: Date | null; to: Date | null },
): Promise<string> {
  const { list, table, from, to } = options;
  if (list.mode !== "feed") {
    return from === null
      ? "true"
      : `(_bucket IS NULL OR (_bucket >= ${timeLiteral(from)} AND _bucket < ${timeLiteral(to)}))`;
  }
  // What a run has written that did not end complete may be newer than the position, which is the end of the range.
  const { rows } = await database.query<{ run_id: number | string | null }>(
    `SELECT max(run_id) AS run_id FROM ${quoted(schema)}._runs WHERE list_id = $1 AND outcome = 'complete'`,
    [list.id],
  );
  const field = rangeParams(list.list)?.field;
  const time = table.columns.find(
    ({ path, type }) => type === "timestamptz" && path.length === 1 && path[0] === field,
  );
  const isBefore = time === undefined ? "false" : `${quoted(time.name)} < ${timeLiteral(to)}`;
  return `(_seen_run <= ${Math.trunc(Number(rows[0]?.run_id ?? 0))} OR ${isBefore})`;
}
