import type { APICatalog, APIList } from "pageturn/catalog";
import {
  type ColumnType,
  OWN_COLUMNS,
  type RowColumn,
  rowColumns,
  unknownPaths,
  valueAt,
} from "../catalog/row-columns.ts";
import { type KeyedRow, type RowSplit, rowSplitter } from "../catalog/row-keys.ts";
import { canonicalJSON, columnText, jsonTexts, sha256, timeText } from "../catalog/row-values.ts";
import type { Queryable } from "../database/database.ts";
import { fittingName, quoted } from "./identifiers.ts";

/** A row as it is written. */
export interface TableRow {
  readonly key: string;
  readonly hash: string;
  readonly bucket: string | null;
  readonly item: unknown;
  /** The item as JSON, with the names of its objects in order. */
  readonly json: string;
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
}

/** Bounds the memory of a statement: pages of 5,000 large items are written in several. */
const MAX_ROWS = 1000;

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
    }
  }

  async drop(database: Queryable): Promise<void> {
    await database.query(`DROP TABLE IF EXISTS ${this.name}`);
    // Without a history, the table with this name is that of another list.
    if (this.#history) await database.query(`DROP TABLE IF EXISTS ${this.historyName}`);
  }

  /** The rows of the items of a page. Of rows with the same key the last one counts. */
  rows(items: readonly unknown[], split: RowSplit): readonly TableRow[] {
    const rows = new Map<string, TableRow>();
    for (const { key, bucket, item } of this.#split(items, split)) {
      const json = canonicalJSON(item);
      rows.set(key, { key, bucket, item, json, hash: sha256(json) });
    }
    return [...rows.values()];
  }

  /** Writes rows. A row that is there and equal is marked as seen. */
  async upsert(
    transaction: Queryable,
    rows: readonly TableRow[],
    options: UpsertOptions,
  ): Promise<UpsertCounts> {
    this.#types ??= await this.#columnTypes(transaction, this.#table);
    const total = { added: 0, changed: 0, revived: 0 };
    // Always in the same order: two pages with the same keys wait for each other instead of blocking each other.
    const ordered = [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));
    let writing: Promise<UpsertCounts> | undefined;
    const written = async () => {
      const counts = await writing;
      total.added += counts?.added ?? 0;
      total.changed += counts?.changed ?? 0;
      total.revived += counts?.revived ?? 0;
    };
    for (let start = 0; start < rows.length; start += MAX_ROWS) {
      const values = this.#values(ordered.slice(start, start + MAX_ROWS));
      // The values of the next rows are computed while the database writes these.
      await written();
      writing = this.#write(transaction, values, options);
    }
    await written();
    return total;
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

  /** The columns that the table has, and the texts of their types. */
  get #typed(): readonly (RowColumn & { readonly stored: string })[] {
    return this.columns.flatMap((column) => {
      const stored = this.#types?.get(fittingName(column.name));
      return stored === undefined ? [] : [{ ...column, stored }];
    });
  }

  /** The columns of rows: the items as one JSON text, which needs no quotes around its quotes, and arrays for all others. */
  #values(rows: readonly TableRow[]): readonly (string | readonly (string | null)[])[] {
    const texts = rows.map(({ json }) => jsonTexts(json));
    return [
      `[${texts.map(({ raw }) => raw).join(",")}]`,
      rows.map(({ key }) => key),
      rows.map(({ hash }) => hash),
      rows.map(({ bucket }) => (bucket === null ? null : timeText(bucket))),
      texts.map(({ exact }) => exact),
      ...this.#typed.map(({ path, stored }) => {
        const type = columnTypeOf(stored);
        return rows.map(({ item }) => columnText(valueAt(item, path), type));
      }),
    ];
  }

  async #write(
    transaction: Queryable,
    values: readonly (string | readonly (string | null)[])[],
    { runId, parent, now }: UpsertOptions,
  ): Promise<UpsertCounts> {
    const used = this.#typed;
    const inputs = ["_key", "_hash", "_bucket", "_exact", ...used.map((_, index) => `c${index}`)];
    const arrays = inputs.map((_, index) => `$${index + 2}::text[]`);
    const last = inputs.length + 1;
    const run = `$${last + 1}`;
    const owner = `$${last + 2}`;
    const time = `$${last + 3}`;
    const names = used.map(({ name }) => quoted(name));
    const casts = used.map(({ stored }, index) => `i.c${index}::${stored}`);
    const columns = ["_parent", "_bucket", "_raw", "_exact", "_hash", ...names];
    const text = `
      WITH input AS MATERIALIZED (
        SELECT * FROM ROWS FROM (jsonb_array_elements($1::text::jsonb), unnest(${arrays.join(", ")}))
          AS input (_raw, ${inputs.join(", ")})
      ), old AS MATERIALIZED (
        SELECT t._key, t._hash <> i._hash AS differs, t._deleted_at IS NOT NULL AS deleted
        FROM input i, LATERAL (${this.#byKey("_key, _hash, _deleted_at", "i._key")}) t
      )${this.#history ? this.#historyStep(names, time) : ""}, written AS (
        INSERT INTO ${this.name} AS t (_key, ${columns.join(", ")}, _first_seen_at, _changed_at, _seen_run)
        SELECT i._key, ${owner}::text, i._bucket::timestamptz, i._raw, i._exact, i._hash,
          ${casts.map((cast) => `${cast}, `).join("")}${time}::timestamptz, ${time}::timestamptz, ${run}::bigint
        FROM input i
        ON CONFLICT (_key) DO UPDATE SET
          ${columns.map((name) => `${name} = EXCLUDED.${name}`).join(", ")},
          _seen_run = EXCLUDED._seen_run,
          _deleted_at = NULL,
          _changed_at = CASE WHEN t._hash <> EXCLUDED._hash OR t._deleted_at IS NOT NULL
            THEN EXCLUDED._changed_at ELSE t._changed_at END
        RETURNING (t.xmax = 0) AS inserted
      )
      SELECT (SELECT count(*) FROM written WHERE inserted)::int AS added,
        (SELECT count(*) FROM old WHERE differs OR deleted)::int AS changed,
        (SELECT count(*) FROM old WHERE deleted)::int AS revived`;
    const { rows: counts } = await transaction.query<{ added: number; changed: number; revived: number }>(
      text,
      [...values, runId, parent, now],
    );
    return counts[0] ?? { added: 0, changed: 0, revived: 0 };
  }

  /** The hashes of rows that are not marked as deleted, by their keys. */
  async find(database: Queryable, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await database.query<{ _key: string; _hash: string }>(
      `SELECT t._key, t._hash FROM unnest($1::text[]) AS i (_key),
         LATERAL (${this.#byKey("_key, _hash, _deleted_at", "i._key")}) t WHERE t._deleted_at IS NULL`,
      [keys],
    );
    return new Map(rows.map(({ _key, _hash }) => [_key, _hash]));
  }

  /** A query for one row by its key. `OFFSET 0` keeps it apart: joined, a table without statistics would be read whole for each page. */
  #byKey(columns: string, key: string): string {
    return `SELECT ${columns} FROM ${this.name} WHERE _key = ${key} OFFSET 0`;
  }

  /** Keeps the versions that are about to be replaced. */
  #historyStep(names: readonly string[], time: string): string {
    const kept = [...OWN_COLUMNS, ...names];
    return `, kept AS (
        INSERT INTO ${this.historyName} (${kept.join(", ")}, _valid_from, _valid_to)
        SELECT ${kept.map((name) => `t.${name}`).join(", ")}, t._changed_at,
          coalesce(t._deleted_at, ${time}::timestamptz)
        FROM old o, LATERAL (${this.#byKey("*", "o._key")}) t WHERE o.differs OR o.deleted
      )`;
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

/** The name of the table with the replaced versions. */
export function historyTable(table: string): string {
  return fittingName(`${table}_history`);
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
