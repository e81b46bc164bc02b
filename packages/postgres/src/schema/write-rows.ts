import { valueAt } from "pageturn/catalog";
import { type ColumnType, OWN_COLUMNS, type RowColumn } from "../catalog/row-columns.ts";
import { columnText, itemTexts, type RowItem, timeText } from "../catalog/row-values.ts";
import type { Queryable } from "../database/database.ts";
import { quoted } from "./identifiers.ts";

/** A row as it is written. */
export interface TableRow extends RowItem {
  readonly key: string;
  readonly hash: string;
  readonly bucket: string | null;
}

/** How many rows a page has added and changed. */
export interface UpsertCounts {
  readonly added: number;
  readonly changed: number;
  /** Of the changed rows those that were marked as deleted. */
  readonly revived: number;
}

/** What is written with each row of a page. */
export interface UpsertOptions {
  readonly runId: number;
  readonly parent: string | null;
  readonly now: string;
  /** Whether rows that are there and equal get the number of the run. Without it, they are not touched. */
  readonly marksSeen: boolean;
}

/** The tables that rows are written to. */
export interface WriteTarget {
  /** The quoted name with the schema. */
  readonly name: string;
  /** That of the history; `null` if there is none. */
  readonly history: string | null;
  /** The typed columns that the table has, with the texts of their types there. */
  readonly columns: readonly (RowColumn & { readonly stored: string })[];
}

/** Bounds the memory of a statement: pages of 5,000 large items are written in several. */
export const MAX_ROWS = 1000;

/** A column of a statement: its name, the type that its texts are cast to, and one text for each row. */
interface Input {
  readonly column: string;
  readonly type: string;
  readonly texts: readonly (string | null)[];
}

/** Writes rows. Those that are there and equal are not written again. */
export async function writeRows(
  transaction: Queryable,
  target: WriteTarget,
  { rows, options }: { readonly rows: readonly TableRow[]; readonly options: UpsertOptions },
): Promise<UpsertCounts> {
  const known = await knownRows(
    transaction,
    target.name,
    rows.map(({ key }) => key),
  );
  const isEqual = ({ key, hash }: TableRow) => known.get(key)?.hash === hash && !known.get(key)?.deleted;
  const replaced = rows.filter((row) => known.has(row.key) && !isEqual(row));
  if (target.history !== null && replaced.length > 0) {
    await keepVersions(transaction, target, { keys: replaced.map(({ key }) => key), now: options.now });
  }
  // Always in the same order: two pages with the same keys wait for each other instead of blocking each other.
  const written = rows.filter((row) => !isEqual(row)).sort((a, b) => (a.key < b.key ? -1 : 1));
  const added = await insertRows(transaction, target, { rows: written, options });
  const equal = rows.filter(isEqual).map(({ key }) => key);
  if (options.marksSeen && equal.length > 0) {
    await transaction.query(
      `UPDATE ${target.name} SET _seen_run = $2 WHERE _key = ANY($1::text[]) AND _seen_run <> $2`,
      [equal, options.runId],
    );
  }
  const revived = replaced.filter(({ key }) => known.get(key)?.deleted).length;
  return { added, changed: replaced.length, revived };
}

/** The hashes of the rows with these keys, and whether they are marked as deleted. */
async function knownRows(
  transaction: Queryable,
  name: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, { readonly hash: string; readonly deleted: boolean }>> {
  // `OFFSET 0` keeps the query for one row apart: joined, a table without statistics would be read whole for each page.
  const { rows } = await transaction.query<{ _key: string; _hash: string; deleted: boolean }>(
    `SELECT t.* FROM unnest($1::text[]) AS i (_key),
       LATERAL (SELECT _key, _hash, _deleted_at IS NOT NULL AS deleted FROM ${name} WHERE _key = i._key OFFSET 0) t`,
    [keys],
  );
  return new Map(rows.map(({ _key, _hash, deleted }) => [_key, { hash: _hash, deleted }]));
}

/** Keeps the versions that are about to be replaced. */
async function keepVersions(
  transaction: Queryable,
  { name, history, columns }: WriteTarget,
  { keys, now }: { readonly keys: readonly string[]; readonly now: string },
): Promise<void> {
  const kept = [...OWN_COLUMNS, ...columns.map((column) => quoted(column.name))].join(", ");
  await transaction.query(
    `INSERT INTO ${history} (${kept}, _valid_from, _valid_to)
     SELECT ${kept}, _changed_at, coalesce(_deleted_at, $2::timestamptz) FROM ${name} WHERE _key = ANY($1::text[])`,
    [keys, now],
  );
}

/** Returns how many of the rows are new. */
async function insertRows(
  transaction: Queryable,
  target: WriteTarget,
  { rows, options }: { readonly rows: readonly TableRow[]; readonly options: UpsertOptions },
): Promise<number> {
  let added = 0;
  let writing: Promise<number> | undefined;
  for (let start = 0; start < rows.length; start += MAX_ROWS) {
    const batch = rows.slice(start, start + MAX_ROWS);
    const texts = batch.map(itemTexts);
    const items = `[${texts.map(({ raw }) => raw).join(",")}]`;
    const inputs: Input[] = [
      { column: "_key", type: "text", texts: batch.map(({ key }) => key) },
      { column: "_hash", type: "text", texts: batch.map(({ hash }) => hash) },
      {
        column: "_bucket",
        type: "timestamptz",
        texts: batch.map(({ bucket }) => (bucket === null ? null : timeText(bucket))),
      },
      { column: "_exact", type: "text", texts: texts.map(({ exact }) => exact) },
      ...target.columns.map(({ name, path, stored }) => {
        const type = columnTypeOf(stored);
        const values = batch.map(({ item }) => columnText(valueAt(item, path), type));
        return { column: quoted(name), type: stored, texts: values };
      }),
    ];
    // The values of the next rows are computed while the database writes these.
    added += (await writing) ?? 0;
    writing = insertBatch(transaction, target.name, { items, inputs, options });
  }
  return added + ((await writing) ?? 0);
}

async function insertBatch(
  transaction: Queryable,
  name: string,
  batch: { readonly items: string; readonly inputs: readonly Input[]; readonly options: UpsertOptions },
): Promise<number> {
  const { items, inputs, options } = batch;
  // The items are one JSON text, which needs no quotes around its quotes. Many columns have one value in a whole page, or none.
  const isSent = ({ column, texts }: Input) => column === "_key" || texts.some((text) => text !== texts[0]);
  const sent = inputs.filter(isSent);
  const same = inputs.filter((input) => !isSent(input));
  const values = inputs.map((input) => {
    const place = sent.includes(input)
      ? `i.c${sent.indexOf(input)}`
      : `$${sent.length + same.indexOf(input) + 2}`;
    return `${place}::${input.type}`;
  });
  const columns = ["_raw", ...inputs.map(({ column }) => column), "_parent", "_changed_at", "_seen_run"];
  const [run, parent, now] = [2, 3, 4].map((place) => `$${inputs.length + place}`);
  const { rows } = await transaction.query<{ added: number }>(
    `WITH written AS (
       INSERT INTO ${name} AS t (${columns.join(", ")}, _first_seen_at)
       SELECT i._raw, ${values.join(", ")}, ${parent}::text, ${now}::timestamptz, ${run}::bigint, ${now}::timestamptz
       FROM ROWS FROM (jsonb_array_elements($1::text::jsonb), unnest(${sent.map((_, index) => `$${index + 2}::text[]`).join(", ")}))
         AS i (_raw, ${sent.map((_, index) => `c${index}`).join(", ")})
       ON CONFLICT (_key) DO UPDATE SET ${columns.map((column) => `${column} = EXCLUDED.${column}`).join(", ")}, _deleted_at = NULL
       RETURNING (t.xmax = 0) AS inserted
     )
     SELECT count(*) FILTER (WHERE inserted)::int AS added FROM written`,
    [
      items,
      ...sent.map(({ texts }) => texts),
      ...same.map(({ texts }) => texts[0] ?? null),
      options.runId,
      options.parent,
      options.now,
    ],
  );
  return rows[0]?.added ?? 0;
}

function columnTypeOf(type: string): ColumnType {
  switch (type) {
    case "numeric":
    case "boolean":
    case "jsonb":
      return type;
    case "timestamp with time zone":
      return "timestamptz";
    default:
      return "text";
  }
}
