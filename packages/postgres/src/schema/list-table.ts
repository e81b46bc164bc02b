import type { APICatalog, APIList } from "pageturn/catalog";
import { KeySet } from "../catalog/key-set.ts";
import { type RowColumn, rowColumns, unknownPaths } from "../catalog/row-columns.ts";
import { type KeyedRow, type RowSplit, rowSplitter } from "../catalog/row-keys.ts";
import { rowItem, sha256 } from "../catalog/row-values.ts";
import type { Database, Queryable } from "../database/database.ts";
import type { Difference } from "../mirror/mirror-types.ts";
import { compareRows } from "./compare-rows.ts";
import { fittingName, quoted, timeLiteral } from "./identifiers.ts";
import {
  columnInput,
  type StoredColumn,
  type TableRow,
  type UpsertCounts,
  type UpsertOptions,
  type WriteTarget,
  writeRows,
} from "./write-rows.ts";

const BATCH = 2000;

/** The table of a mirrored list: its columns, and the statements that create and fill it. */
export class ListTable {
  /** The quoted name with the schema. */
  readonly name: string;
  readonly historyName: string;
  readonly columns: readonly RowColumn[];
  /** The fields of an item that the catalog does not know. */
  readonly unknownPaths: (item: unknown) => readonly string[];
  readonly #split: (items: readonly unknown[], split: RowSplit) => readonly KeyedRow[];
  readonly #schema: string;
  readonly #table: string;
  readonly #history: boolean;
  readonly #isReport: boolean;
  /** The types that the columns have in the database: an older catalog may have created them. */
  #types: ReadonlyMap<string, string> | undefined;

  constructor(
    list: APIList,
    options: { shapes: APICatalog["shapes"]; schema: string; table: string; history: boolean },
  ) {
    const { shapes, schema, table, history } = options;
    this.#schema = schema;
    this.#table = table;
    this.#history = history;
    this.#isReport = list.report !== undefined;
    this.name = `${quoted(schema)}.${quoted(table)}`;
    this.historyName = `${quoted(schema)}.${quoted(historyTable(table))}`;
    this.columns = rowColumns(list, shapes);
    this.unknownPaths = unknownPaths(this.columns);
    this.#split = rowSplitter(list, shapes);
  }

  /** Creates the tables that are missing, and the columns that a newer catalog has. Tables that have all are not locked. */
  async create(database: Queryable): Promise<void> {
    const row = [
      "_parent text",
      "_bucket timestamptz",
      "_raw jsonb NOT NULL",
      "_exact text",
      "_hash text NOT NULL",
      "_first_seen_at timestamptz NOT NULL",
      "_changed_at timestamptz NOT NULL",
      "_seen_run bigint NOT NULL",
      "_deleted_at timestamptz",
    ];
    // Keys are compared byte by byte: faster, and the same in every database.
    const key = '_key text COLLATE "C"';
    await this.#createOne(database, {
      table: this.#table,
      columns: [`${key} PRIMARY KEY`, ...row],
      index: { name: `${this.#table}__bucket`, on: "(_bucket) WHERE _bucket IS NOT NULL" },
    });
    if (this.#history) {
      const versions = ["_valid_from timestamptz NOT NULL", "_valid_to timestamptz NOT NULL"];
      await this.#createOne(database, {
        table: historyTable(this.#table),
        columns: [`${key} NOT NULL`, ...row, ...versions],
        index: { name: `${historyTable(this.#table)}__key`, on: "(_key, _valid_from)" },
      });
    }
    this.#types = undefined;
  }

  async #createOne(
    database: Queryable,
    options: { table: string; columns: readonly string[]; index: { name: string; on: string } },
  ): Promise<void> {
    const { table, columns, index } = options;
    const name = `${quoted(this.#schema)}.${quoted(table)}`;
    const types = await this.#columnTypes(database, table);
    const missing = this.columns.filter((column) => !types.has(fittingName(column.name)));
    const typed = missing.map((column) => `${quoted(column.name)} ${column.type}`);
    if (types.size === 0) {
      await database.query(`CREATE TABLE ${name} (${[...columns, ...typed].join(", ")})`);
      await database.query(`CREATE INDEX IF NOT EXISTS ${quoted(index.name)} ON ${name} ${index.on}`);
    } else if (typed.length > 0) {
      await database.query(`ALTER TABLE ${name} ${typed.map((column) => `ADD COLUMN ${column}`).join(", ")}`);
      const columns = missing.map((column) => ({ ...column, stored: column.type }));
      await fillColumns(database, name, { columns });
    }
  }

  /** Fills columns of numbers that are empty, and whose items have a text there. */
  async fillNumbers(transaction: Queryable): Promise<void> {
    const { name, history, columns } = await this.#target(transaction);
    const numbers = columns.filter(({ stored }) => stored === "numeric");
    if (numbers.length === 0) return;
    const isLeft = numbers.map(({ name: column, path }) => {
      const names = path.map((part) => `'${part.replaceAll("'", "''")}'`);
      return `(${quoted(column)} IS NULL AND jsonb_typeof(_raw #> ARRAY[${names.join(", ")}]) = 'string')`;
    });
    for (const table of [name, history]) {
      if (table !== null)
        await fillColumns(transaction, table, { columns: numbers, where: isLeft.join(" OR ") });
    }
  }

  async drop(database: Queryable): Promise<void> {
    await database.query(`DROP TABLE IF EXISTS ${this.name}`);
    // Without a history, the table with this name is that of another list.
    if (this.#history) await database.query(`DROP TABLE IF EXISTS ${this.historyName}`);
  }

  /** The rows of the items of a page. Of items with the same id the last one counts. The rows of a report have a key each. */
  rows(items: readonly unknown[], split: RowSplit): readonly TableRow[] {
    const rows = new Map<string, TableRow>();
    for (const { key, bucket, item } of this.#split(items, split)) {
      const stored = rowItem(item);
      rows.set(key, { key, bucket, ...stored, hash: sha256(stored.json) });
    }
    return [...rows.values()];
  }

  /** Writes rows. Those that are there and equal are marked as seen, and not written again. */
  async upsert(
    transaction: Queryable,
    rows: readonly TableRow[],
    options: UpsertOptions,
  ): Promise<UpsertCounts> {
    return writeRows(transaction, await this.#target(transaction), { rows, options });
  }

  /** Takes back that a run has seen these rows. */
  async forget(
    transaction: Queryable,
    rows: {
      readonly runId: number;
      readonly parent: string | null;
      readonly from: string | null;
      readonly to: string | null;
    },
  ): Promise<void> {
    await transaction.query(
      `UPDATE ${this.name} SET _seen_run = 0
       WHERE _seen_run = $1 AND ($2::text IS NULL OR _parent = $2)
         AND ($3::timestamptz IS NULL OR (_bucket >= $3::timestamptz AND _bucket < $4::timestamptz))`,
      [rows.runId, rows.parent, rows.from, rows.to],
    );
  }

  /** The keys of the rows of a report that a run has written, inside a range of buckets. */
  async seenKeys(
    database: Database,
    { runId, from, to }: { readonly runId: number; readonly from: string | null; readonly to: string | null },
  ): Promise<KeySet> {
    const keys = new KeySet();
    if (!this.#isReport) return keys;
    const [start, end] = [from, to].map((time) => timeLiteral(time === null ? null : new Date(time)));
    const range = from === null ? "true" : `_bucket >= ${start} AND _bucket < ${end}`;
    await this.readKeys(database, `_seen_run = ${runId} AND ${range}`, (key) => keys.add(key));
    return keys;
  }

  /** Reads the keys of the rows that are not marked as deleted, each with the path of its parent, which is `null` outside child lists. */
  async readKeys(
    database: Database,
    where: string,
    visit: (key: string, parent: string | null) => void,
  ): Promise<void> {
    // A cursor reads the table once, in any order. Nothing waits for the network in this transaction.
    await database.transaction(async (transaction) => {
      await transaction.query(
        `DECLARE mirror_keys NO SCROLL CURSOR FOR SELECT _key, _parent FROM ${this.name} WHERE _deleted_at IS NULL AND ${where}`,
      );
      for (;;) {
        const { rows } = await transaction.query<{ _key: string; _parent: string | null }>(
          `FETCH ${BATCH} FROM mirror_keys`,
        );
        for (const { _key, _parent } of rows) visit(_key, _parent);
        if (rows.length < BATCH) return;
      }
    });
  }

  /** Which of these rows the table does not have, or has with other values: see {@link compareRows}. */
  async compare(
    database: Queryable,
    rows: readonly TableRow[],
    parent: string | null,
  ): Promise<readonly Difference[]> {
    return compareRows(database, await this.#target(database), { rows, parent });
  }

  /** The tables, with the columns that they have. */
  async #target(database: Queryable): Promise<WriteTarget> {
    this.#types ??= await this.#columnTypes(database, this.#table);
    const types = this.#types;
    const columns = this.columns.flatMap((column) => {
      const stored = types.get(fittingName(column.name));
      return stored === undefined ? [] : [{ ...column, stored }];
    });
    return { name: this.name, history: this.#history ? this.historyName : null, columns };
  }

  async #columnTypes(database: Queryable, table: string): Promise<ReadonlyMap<string, string>> {
    const { rows } = await database.query<{ name: string; type: string }>(
      `SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type
       FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped`,
      [fittingName(this.#schema), fittingName(table)],
    );
    return new Map(rows.map(({ name, type }) => [name, type]));
  }
}

/** Fills columns from the items: rows that do not change are not written again. */
async function fillColumns(
  transaction: Queryable,
  name: string,
  { columns, where = "true" }: { readonly columns: readonly StoredColumn[]; readonly where?: string },
): Promise<void> {
  // A row that another process writes in between would not be found at its place. Readers do not wait.
  await transaction.query(`LOCK TABLE ${name} IN SHARE ROW EXCLUSIVE MODE`);
  // A cursor does not see the rows that are written here. The lists of one transaction share its name.
  await transaction.query(
    `DECLARE mirror_items NO SCROLL CURSOR FOR SELECT ctid::text AS place, _raw FROM ${name} WHERE ${where}`,
  );
  for (;;) {
    const { rows } = await transaction.query<{ place: string; _raw: unknown }>(
      `FETCH ${BATCH} FROM mirror_items`,
    );
    const items = rows.map(({ _raw }) => _raw);
    const inputs = columns.map((column) => columnInput(column, items));
    await transaction.query(
      `UPDATE ${name} t SET ${inputs.map(({ column, type }, index) => `${column} = i.c${index}::${type}`).join(", ")}
       FROM unnest($1::text[], ${inputs.map((_, index) => `$${index + 2}::text[]`).join(", ")})
         AS i (place, ${inputs.map((_, index) => `c${index}`).join(", ")})
       WHERE t.ctid = i.place::tid`,
      [rows.map(({ place }) => place), ...inputs.map(({ texts }) => texts)],
    );
    if (rows.length < BATCH) break;
  }
  await transaction.query("CLOSE mirror_items");
}

/** The name of the table with the replaced versions. */
export function historyTable(table: string): string {
  return fittingName(`${table}_history`);
}
