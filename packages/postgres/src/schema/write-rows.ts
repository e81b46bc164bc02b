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
  /** The typed columns that the table has. */
  readonly columns: readonly StoredColumn[];
}

/** A typed column of a table: an older catalog may have created it with another type than that of this one. */
export interface StoredColumn extends RowColumn {
  /** The text of its type in the table. */
  readonly stored: string;
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
  const known = await knownRows(transaction, target, {
    // Always in the same order: two pages with the same keys wait for each other instead of blocking each other.
    keys: rows.map(({ key }) => key).sort(),
  });
  const isEqual = ({ key, hash }: TableRow) => known.get(key)?.hash === hash && !known.get(key)?.deleted;
  const replaced = rows.filter((row) => known.has(row.key) && !isEqual(row));
  if (target.history !== null && replaced.length > 0) {
    await keepVersions(transaction, target, { keys: replaced.map(({ key }) => key), now: options.now });
  }
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

/**
 * The hashes of the rows with these keys, and whether they are marked as deleted. If there is a history, they stay as they are until the end of
 * the transaction: another page with the same items would keep the same version again.
 */
async function knownRows(
  transaction: Queryable,
  { name, history }: WriteTarget,
  { keys }: { readonly keys: readonly string[] },
): Promise<ReadonlyMap<string, { readonly hash: string; readonly deleted: boolean }>> {
  // `OFFSET 0` keeps the query for one row apart: joined, a table without statistics would be read whole for each page.
  const { rows } = await transaction.query<{ _key: string; _hash: string; deleted: boolean }>(
    `SELECT t.* FROM unnest($1::text[]) AS i (_key),
       LATERAL (SELECT _key, _hash, _deleted_at IS NOT NULL AS deleted FROM ${name} WHERE _key = i._key OFFSET 0${history === null ? "" : " FOR UPDATE"}) t`,
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
  const end = "coalesce(_deleted_at, $2::timestamptz)";
  // A clock that was ahead may have written the start.
  await transaction.query(
    `INSERT INTO ${history} (${kept}, _valid_from, _valid_to)
     SELECT ${kept}, least(_changed_at, ${end}), ${end} FROM ${name} WHERE _key = ANY($1::text[])`,
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
    const values = rowValues(target, batch);
    // The values of the next rows are computed while the database writes these.
    added += (await writing) ?? 0;
    writing = insertBatch(transaction, target.name, { ...values, options });
  }
  return added + ((await writing) ?? 0);
}

/** The values of rows as a statement gets them. */
interface RowValues {
  /** Their items as one JSON text, which needs no quotes around its quotes. */
  readonly items: string;
  readonly inputs: readonly Input[];
}

/** The values of rows for all columns that are made of an item. */
export function rowValues(target: WriteTarget, rows: readonly TableRow[]): RowValues {
  const texts = rows.map(itemTexts);
  return {
    items: `[${texts.map(({ raw }) => raw).join(",")}]`,
    inputs: [
      { column: "_key", type: "text", texts: rows.map(({ key }) => key) },
      { column: "_hash", type: "text", texts: rows.map(({ hash }) => hash) },
      {
        column: "_bucket",
        type: "timestamptz",
        texts: rows.map(({ bucket }) => (bucket === null ? null : timeText(bucket))),
      },
      { column: "_exact", type: "text", texts: texts.map(({ exact }) => exact) },
      ...target.columns.map((column) =>
        columnInput(
          column,
          rows.map(({ item }) => item),
        ),
      ),
    ],
  };
}

/** The values of items for a typed column, as its type in the table takes them. */
export function columnInput({ name, path, stored }: StoredColumn, items: readonly unknown[]): Input {
  const type = columnTypeOf(stored);
  return {
    column: quoted(name),
    type: stored,
    texts: items.map((item) => columnText(valueAt(item, path), type)),
  };
}

/** Rows in a statement: `i._raw`, and an expression for each other column. The next parameter has the number after theirs. */
interface RowSource {
  readonly from: string;
  readonly expressions: readonly string[];
  readonly parameters: readonly unknown[];
}

/** Makes a statement read rows. Many columns have one value in a whole page, or none: they are sent once. */
export function rowSource({ items, inputs }: RowValues): RowSource {
  const isSent = ({ column, texts }: Input) => column === "_key" || texts.some((text) => text !== texts[0]);
  const sent = inputs.filter(isSent);
  const same = inputs.filter((input) => !isSent(input));
  const arrays = sent.map((_, index) => `$${index + 2}::text[]`).join(", ");
  return {
    from: `ROWS FROM (jsonb_array_elements($1::text::jsonb), unnest(${arrays}))
         AS i (_raw, ${sent.map((_, index) => `c${index}`).join(", ")})`,
    expressions: inputs.map((input) => {
      const place = sent.includes(input)
        ? `i.c${sent.indexOf(input)}`
        : `$${sent.length + same.indexOf(input) + 2}`;
      return `${place}::${input.type}`;
    }),
    parameters: [items, ...sent.map(({ texts }) => texts), ...same.map(({ texts }) => texts[0] ?? null)],
  };
}

async function insertBatch(
  transaction: Queryable,
  name: string,
  { options, ...rows }: RowValues & { readonly options: UpsertOptions },
): Promise<number> {
  const { inputs } = rows;
  const { from, expressions, parameters } = rowSource(rows);
  const columns = ["_raw", ...inputs.map(({ column }) => column), "_parent", "_changed_at", "_seen_run"];
  const [run, parent, now] = [2, 3, 4].map((place) => `$${inputs.length + place}`);
  const { rows: written } = await transaction.query<{ added: number }>(
    `WITH written AS (
       INSERT INTO ${name} AS t (${columns.join(", ")}, _first_seen_at)
       SELECT i._raw, ${expressions.join(", ")}, ${parent}::text, ${now}::timestamptz, ${run}::bigint, ${now}::timestamptz
       FROM ${from}
       ON CONFLICT (_key) DO UPDATE SET ${columns.map((column) => `${column} = EXCLUDED.${column}`).join(", ")}, _deleted_at = NULL
       RETURNING (t.xmax = 0) AS inserted
     )
     SELECT count(*) FILTER (WHERE inserted)::int AS added FROM written`,
    [...parameters, options.runId, options.parent, options.now],
  );
  return written[0]?.added ?? 0;
}

function columnTypeOf(type: string): ColumnType {
  switch (type) {
    case "numeric":
    case "boolean":
    case "jsonb":
      return type;
    case "timestamptz":
    case "timestamp with time zone":
      return "timestamptz";
    default:
      return "text";
  }
}
