import { type APIList, apiCatalog, isOfOrganization, rangeParams } from "pageturn/catalog";
import {
  bucketWidth,
  defaultMode,
  isCursor,
  isDaily,
  isLagging,
  listOf,
  storedListOf,
  unknownReason,
} from "../catalog/list-source.ts";
import type { Queryable } from "../database/database.ts";
import { MirrorError } from "../mirror-error.ts";
import { fittingName, freeName, quoted } from "../schema/identifiers.ts";
import { historyTable, ListTable } from "../schema/list-table.ts";
import { lockSchema } from "../schema/migrations.ts";
import { checkOption } from "./check-option.ts";
import type { AddList, MirrorList, MirrorMode, MirrorRun, RunOutcome } from "./mirror-types.ts";

/** A list as the database has it, with what the catalog says about it. */
export interface StoredList
  extends Omit<MirrorList, "list" | "parents" | "runs" | "lastComplete" | "newFields"> {
  readonly id: number;
  readonly list: APIList;
  readonly parentId: number | null;
}

interface ListRow {
  list_id: number | string;
  name: string;
  list: string;
  mode: MirrorMode;
  path_args: string;
  parameters: string;
  workspace_id: string | null;
  organization_id: string | null;
  every_seconds: number;
  since: Date | null;
  lookback_seconds: number;
  overlap_seconds: number;
  delay_seconds: number;
  slices: number;
  history: boolean;
  parent_id: number | string | null;
  table_name: string;
  position: Date | null;
  next_run_at: Date;
  row_count: number | string;
}

const SECONDS_OF_A_DAY = 86_400;
/** How often a list is mirrored without `every`, in seconds. */
const EVERY: Readonly<Record<MirrorMode, number>> = { feed: 300, buckets: 3600, snapshot: SECONDS_OF_A_DAY };
const MINIMUM_FEED_DELAY = 60;

/** Reads the lists of a schema, oldest first. */
export async function readLists(
  database: Queryable,
  schema: string,
  where: { readonly name?: string; readonly id?: number; readonly lock?: boolean } = {},
): Promise<readonly StoredList[]> {
  const { rows } = await database.query<ListRow>(
    `SELECT * FROM ${quoted(schema)}._lists
     WHERE ($1::text IS NULL OR name = $1) AND ($2::bigint IS NULL OR list_id = $2)
     ORDER BY list_id${where.lock === true ? " FOR UPDATE" : ""}`,
    [where.name ?? null, where.id ?? null],
  );
  return rows.map(storedList);
}

/** Reads one list. Throws if there is none with this name. */
export async function readList(
  database: Queryable,
  schema: string,
  where: { readonly name: string; readonly lock?: boolean } | { readonly id: number },
): Promise<StoredList> {
  const [found] = await readLists(database, schema, where);
  if (found !== undefined) return found;
  throw new MirrorError(
    `Cannot find ${JSON.stringify("name" in where ? where.name : where.id)} in the mirror`,
  );
}

/** Throws for a list that the catalog does not have any more: it can be read and removed, and not requested. */
export function requireKnown({ name, list }: StoredList): void {
  const reason = unknownReason(list.id);
  if (reason !== undefined) throw new MirrorError(`Cannot request ${JSON.stringify(name)} because ${reason}`);
}

function storedList(row: ListRow): StoredList {
  return {
    id: Number(row.list_id),
    name: row.name,
    list: storedListOf(row.list),
    mode: row.mode,
    pathArgs: JSON.parse(row.path_args),
    parameters: JSON.parse(row.parameters),
    workspaceId: row.workspace_id,
    organizationId: row.organization_id,
    every: row.every_seconds,
    since: row.since,
    lookback: row.lookback_seconds,
    overlap: row.overlap_seconds,
    delay: row.delay_seconds,
    slices: row.slices,
    history: row.history,
    parentId: row.parent_id === null ? null : Number(row.parent_id),
    table: row.table_name,
    position: row.position,
    nextRunAt: row.next_run_at,
    rows: Number(row.row_count),
  };
}

/** What a run of a list requests, as the table of runs has it. */
export function requestText({ list, mode, pathArgs, parameters, workspaceId }: StoredList): string {
  return JSON.stringify({ list: list.id, path: list.path, mode, pathArgs, parameters, workspaceId });
}

/** The table of a list. */
export function tableOf({ list, table, history }: StoredList, schema: string): ListTable {
  return new ListTable(list, { shapes: apiCatalog().shapes, schema, table, history });
}

/** Adds a list with its table. Throws if it cannot be mirrored so. */
export async function insertList(
  transaction: Queryable,
  schema: string,
  { add, now }: { add: AddList; now: Date },
): Promise<StoredList> {
  const list = listOf(add.list);
  const name = add.name ?? add.list;
  const refuse = (why: string): never => {
    throw new MirrorError(`Cannot mirror ${JSON.stringify(name)} because ${why}`);
  };
  if (name === "" || name.includes("\0") || /\p{Surrogate}/u.test(name)) refuse("its name is not plain text");
  const mode = add.mode ?? defaultMode(list);
  checkMode(list, { mode, add, refuse });
  checkUsed(list, { mode, add, refuse });
  // Two processes that add lists at once could take the same name for a table. The table of the lists is not locked: a run that ends has locked
  // its list, and would wait for this lock, which would wait for the list of the parents.
  await lockSchema(transaction, schema);
  if ((await readLists(transaction, schema, { name })).length > 0)
    refuse("the mirror has a list with this name");
  const parent =
    add.parents === undefined
      ? undefined
      : await readList(transaction, schema, { name: add.parents, lock: true });
  if (parent !== undefined) requireKnown(parent);
  checkPath(list, { add, parent, refuse });
  const delay = add.delay ?? (mode === "feed" ? MINIMUM_FEED_DELAY : isLagging(list) ? SECONDS_OF_A_DAY : 0);
  if (mode === "feed" && delay < MINIMUM_FEED_DELAY) {
    refuse(`a feed needs a delay of at least ${MINIMUM_FEED_DELAY} seconds: newer items can still arrive`);
  }
  const numbers = {
    every: add.every ?? EVERY[mode],
    lookback: add.lookback ?? SECONDS_OF_A_DAY,
    overlap: add.overlap ?? 3600,
  };
  const what = `mirror ${JSON.stringify(name)}`;
  for (const [option, value] of Object.entries({ ...numbers, delay }))
    checkOption(what, { option, value, rule: option === "every" ? "interval" : "seconds" });
  checkOption(what, { option: "since", value: add.since, rule: "date" });
  const slices = add.slices ?? (mode === "feed" ? 8 : 1);
  if (!Number.isInteger(slices) || slices < 1 || slices > 10_000)
    refuse(`slices must be 1 to 10000: ${slices}`);
  const monthAgo = new Date(now.getTime() - 30 * SECONDS_OF_A_DAY * 1000);
  const since = mode === "snapshot" ? null : (add.since ?? (mode === "buckets" ? monthAgo : null));
  const table = await freeTable(transaction, schema, name);
  await transaction.query(
    `INSERT INTO ${quoted(schema)}._lists (name, list, mode, path_args, parameters, every_seconds, since, lookback_seconds,
       overlap_seconds, delay_seconds, slices, history, parent_id, table_name, workspace_id, next_run_at, added_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8, $9, $10, $11, $12, $13, $14, $15, $16::timestamptz, $16::timestamptz)`,
    [
      name,
      list.id,
      mode,
      JSON.stringify(add.pathArgs ?? []),
      JSON.stringify(add.parameters ?? {}),
      numbers.every,
      since?.toISOString() ?? null,
      numbers.lookback,
      numbers.overlap,
      delay,
      slices,
      add.history ?? false,
      parent?.id ?? null,
      table,
      add.workspaceId ?? null,
      now.toISOString(),
    ],
  );
  const stored = await readList(transaction, schema, { name });
  await tableOf(stored, schema).create(transaction);
  return stored;
}

type Refuse = (why: string) => never;

function checkMode(
  list: APIList,
  { mode, add, refuse }: { mode: MirrorMode; add: AddList; refuse: Refuse },
): void {
  const range = rangeParams(list);
  if (mode === "feed" && list.report !== undefined) refuse("a report is no feed: its numbers are restated");
  if (mode === "feed" && range === undefined)
    refuse("a feed needs a range of time, which this list does not have");
  if (mode === "buckets") {
    if (list.report === undefined) refuse("only reports have buckets");
    if (add.parents !== undefined) refuse("a report has no parents");
    bucketWidth(list, add.parameters ?? {});
  }
  const own = mode === "snapshot" || range === undefined ? [] : [range.from, range.to];
  if (mode === "buckets")
    own.push(...list.queryParams.filter(({ effect }) => effect?.does === "day").map(({ name }) => name));
  const missing = list.queryParams.find(
    ({ name, required }) => required === true && !own.includes(name) && add.parameters?.[name] === undefined,
  );
  if (missing !== undefined) refuse(`it needs the parameter ${missing.name}`);
  for (const name of Object.keys(add.parameters ?? {})) {
    if (isCursor(name) || own.includes(name)) refuse(`the mirror sets the parameter ${name}`);
  }
}

/** The options that not every mode uses. */
const USED_BY = {
  since: ["feed", "buckets"],
  lookback: ["buckets"],
  overlap: ["feed"],
  delay: ["feed", "buckets"],
  slices: ["feed", "buckets"],
} as const satisfies Readonly<Record<string, readonly MirrorMode[]>>;

/** Refuses options that would have no effect. */
function checkUsed(
  list: APIList,
  { mode, add, refuse }: { mode: MirrorMode; add: AddList; refuse: Refuse },
): void {
  for (const [option, modes] of Object.entries(USED_BY)) {
    if (Reflect.get(add, option) === undefined || modes.some((each) => each === mode)) continue;
    const article = mode === "buckets" ? "" : "a ";
    refuse(`${option} is for ${modes.join(" and ")}, and it would be ${article}${mode}: leave it out`);
  }
  if (add.slices !== undefined && add.parents !== undefined)
    refuse("slices is for a list without parents: each parent is one part. Leave it out");
  if (add.slices !== undefined && isDaily(list))
    refuse("slices is for other reports: this one is requested day by day. Leave it out");
  if (add.workspaceId !== undefined && isOfOrganization(list))
    refuse("workspaceId is for lists of a workspace, and it is of an organization: leave it out");
}

function checkPath(
  { path, pathParams }: APIList,
  { add, parent, refuse }: { add: AddList; parent: StoredList | undefined; refuse: Refuse },
): void {
  if (parent === undefined) {
    const given = add.pathArgs?.length ?? 0;
    if (given !== pathParams.length) {
      const wanted = pathParams.length === 0 ? "none" : pathParams.join(", ");
      refuse(`its path needs these ids: ${wanted}. Name them, or the list of their parents`);
    }
    return;
  }
  if ((add.pathArgs ?? []).length > 0) refuse("the ids of its path come from its parents");
  if (parent.list.report !== undefined) refuse(`${parent.name} is a report, whose rows are no parents`);
  // By the names in front of the ids: the same items can be in lists with other paths, as tunnels are.
  const ids = [...idNames(parent.list.path), parent.list.path.split("/").at(-1)];
  if (ids.join("/") !== idNames(path).join("/")) {
    refuse(`the rows of ${parent.name} do not have the ids of its path: ${pathParams.join(", ")}`);
  }
}

/** The names in front of the ids of a path, which say what each id is of. */
function idNames(path: string): readonly string[] {
  return [...path.matchAll(/([^/]+)\/\{/g)].map(([, name = ""]) => name);
}

async function freeTable(transaction: Queryable, schema: string, name: string): Promise<string> {
  const { rows } = await transaction.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1`,
    [fittingName(schema)],
  );
  const taken = new Set(rows.map((row) => row.name));
  // A table whose history would be another list's table is not free either.
  for (;;) {
    const table = freeName(name.replaceAll(".", "_"), { taken, origin: name });
    if (!taken.has(historyTable(table))) return table;
    taken.add(table);
  }
}

/** The tables of lists that were removed without them. */
export async function leftTables(database: Queryable, schema: string): Promise<readonly string[]> {
  const lists = await readLists(database, schema);
  const used = new Set(lists.flatMap(({ table }) => [table, historyTable(table)]).map(fittingName));
  // Administrators may have made other tables in the schema: those have no columns of a mirror.
  const { rows } = await database.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
     WHERE n.nspname = $1 AND c.relkind = 'r' AND a.attname IN ('_key', '_raw', '_hash', '_seen_run')
     GROUP BY c.relname HAVING count(*) = 4 ORDER BY c.relname`,
    [fittingName(schema)],
  );
  return rows.map(({ name }) => name).filter((name) => !used.has(name));
}

interface RunRow {
  run_id: number | string;
  list_id: number | string;
  outcome: RunOutcome;
  range_from: Date | null;
  range_to: Date | null;
  started_at: Date;
  ended_at: Date | null;
  part_count: number;
  parts_complete: number;
  not_found: number;
  pages: number | string;
  rows: number | string;
  added: number | string;
  changed: number | string;
  deleted: number | string;
  errors: number;
  last_error: string | null;
  failing: boolean | null;
  seen_at: Date | null;
  first_key: string | null;
  last_key: string | null;
  last_request_id: string | null;
  sha256: string | null;
}

function mirrorRun(row: RunRow): MirrorRun {
  return {
    runId: Number(row.run_id),
    outcome: row.outcome,
    from: row.range_from,
    to: row.range_to,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    parts: row.part_count,
    partsComplete: row.parts_complete,
    notFound: row.not_found,
    pages: Number(row.pages),
    rows: Number(row.rows),
    added: Number(row.added),
    changed: Number(row.changed),
    deleted: Number(row.deleted),
    errors: row.errors,
    lastError: row.last_error,
    failing: row.failing ?? false,
    seenAt: row.seen_at,
    firstKey: row.first_key,
    lastKey: row.last_key,
    lastRequestId: row.last_request_id,
    sha256: row.sha256,
  };
}

/** The numbers of a run from those of its parts: for a run that is open, and for settling it. */
export function partTotals(schema: string): string {
  return `SELECT count(*) FILTER (WHERE state = 'complete')::int AS parts_complete,
      count(*) FILTER (WHERE not_found)::int AS not_found,
      coalesce(sum(pages), 0)::bigint AS pages, coalesce(sum(rows), 0)::bigint AS rows,
      coalesce(sum(added), 0)::bigint AS added, coalesce(sum(changed), 0)::bigint AS changed,
      coalesce(sum(errors), 0)::int AS errors,
      coalesce(bool_or(failing AND state = 'waiting'), false) AS failing, max(heartbeat_at) AS seen_at,
      (array_agg(last_error ORDER BY part_id DESC) FILTER (WHERE last_error IS NOT NULL))[1] AS last_error,
      (array_agg(first_key ORDER BY ordinal) FILTER (WHERE first_key IS NOT NULL))[1] AS first_key,
      (array_agg(last_key ORDER BY ordinal DESC) FILTER (WHERE last_key IS NOT NULL))[1] AS last_key,
      (array_agg(last_request_id ORDER BY ordinal DESC) FILTER (WHERE last_request_id IS NOT NULL))[1] AS last_request_id
    FROM ${quoted(schema)}._parts p WHERE p.run_id = r.run_id AND r.outcome = 'open'`;
}

/** Reads one run; `undefined` if there is none. The numbers of an open run are those of its parts so far. */
export async function readRun(
  database: Queryable,
  schema: string,
  runId: number,
): Promise<(MirrorRun & { readonly listId: number }) | undefined> {
  const { rows } = await database.query<RunRow>(`${runSelect(schema)} WHERE r.run_id = $1`, [runId]);
  const [row] = rows;
  return row === undefined ? undefined : { ...mirrorRun(row), listId: Number(row.list_id) };
}

function runSelect(schema: string): string {
  const settled = (name: string) =>
    `CASE WHEN r.outcome = 'open' THEN p.${name} ELSE r.${name} END AS ${name}`;
  const names = [
    "parts_complete",
    "not_found",
    "pages",
    "rows",
    "added",
    "changed",
    "errors",
    "last_error",
    "first_key",
    "last_key",
    "last_request_id",
  ];
  return `SELECT r.run_id, r.list_id, r.outcome, r.range_from, r.range_to, r.started_at, r.ended_at, r.part_count, r.deleted,
      r.sha256, p.failing, p.seen_at, ${names.map(settled).join(", ")}
    FROM ${quoted(schema)}._runs r
    LEFT JOIN LATERAL (${partTotals(schema)}) p ON r.outcome = 'open'`;
}

/** The ids of the lists whose last run has not ended. An index has those runs alone. */
export async function listsWithOpenRun(database: Queryable, schema: string): Promise<ReadonlySet<number>> {
  const { rows } = await database.query<{ list_id: number | string }>(
    `SELECT list_id FROM ${quoted(schema)}._runs WHERE outcome = 'open'`,
  );
  return new Set(rows.map(({ list_id }) => Number(list_id)));
}

/** Lists with their last runs and new fields: what a status needs. */
export async function describeLists(
  database: Queryable,
  schema: string,
  lists: readonly StoredList[],
): Promise<readonly MirrorList[]> {
  if (lists.length === 0) return [];
  const ids = lists.map(({ id }) => id);
  // Each list finds its runs in an index: how many runs there are does not matter.
  const { rows: runs } = await database.query<RunRow>(
    `${runSelect(schema)} WHERE r.run_id IN (
       SELECT recent.run_id FROM unnest($1::bigint[]) AS l (list_id), LATERAL (
         SELECT run_id FROM ${quoted(schema)}._runs WHERE list_id = l.list_id ORDER BY run_id DESC LIMIT 10
       ) recent
       UNION
       SELECT last.run_id FROM unnest($1::bigint[]) AS l (list_id), LATERAL (
         SELECT run_id FROM ${quoted(schema)}._runs WHERE list_id = l.list_id AND outcome = 'complete'
         ORDER BY run_id DESC LIMIT 1
       ) last
     ) ORDER BY r.run_id DESC`,
    [ids],
  );
  const { rows: fields } = await database.query<{ list_id: number | string; field: string }>(
    `SELECT list_id, field FROM ${quoted(schema)}._new_fields WHERE list_id = ANY($1::bigint[]) ORDER BY field`,
    [ids],
  );
  const names = new Map((await readLists(database, schema)).map(({ id, name }) => [id, name]));
  const runsOf = byList(runs);
  const fieldsOf = byList(fields);
  return lists.map(({ id, list, parentId, ...stored }) => {
    const own = (runsOf.get(id) ?? []).map(mirrorRun);
    return {
      ...stored,
      rows: stored.rows + (own[0]?.outcome === "open" ? own[0].added : 0),
      list: list.id,
      parents: parentId === null ? null : (names.get(parentId) ?? null),
      runs: own.slice(0, 10),
      lastComplete: own.find(({ outcome }) => outcome === "complete") ?? null,
      newFields: (fieldsOf.get(id) ?? []).map(({ field }) => field),
    };
  });
}

/** The rows of each list, in their order. */
function byList<R extends { readonly list_id: number | string }>(
  rows: readonly R[],
): ReadonlyMap<number, readonly R[]> {
  const found = new Map<number, R[]>();
  for (const row of rows) {
    const id = Number(row.list_id);
    const own = found.get(id);
    if (own === undefined) found.set(id, [row]);
    else own.push(row);
  }
  return found;
}
