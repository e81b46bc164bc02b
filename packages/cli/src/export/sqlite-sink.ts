import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Column, type ColumnType, OTHERS } from "../catalog/columns.ts";
import { type Cell, columnNames, flattener } from "../output/flat-row.ts";
import { jsonText } from "../output/json-text.ts";
import { picked } from "../output/picked.ts";
import type { ExportJob } from "./export-job.ts";
import { type ExportState, newState } from "./export-state.ts";
import { stateNameOf } from "./file-names.ts";
import { exists } from "./json-file.ts";
import { OwnFile } from "./own-file.ts";
import type { Sink, SinkMode } from "./sink.ts";
import {
  markExport,
  openExportDatabase,
  removeDatabase,
  replaceDatabase,
  savedState,
} from "./sqlite-database.ts";

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: "TEXT",
  number: "NUMERIC",
  boolean: "INTEGER",
  time: "TEXT",
  json: "TEXT",
  any: "TEXT",
};

/** Columns that a text of another type can be in have no declared type: a type of numbers would turn "0012" into 12. */
const UNTYPED: Readonly<Partial<Record<ColumnType, string>>> = { number: "", boolean: "" };

/** SQLite has whole numbers of 64 bits. */
const LARGEST_WHOLE = 2 ** 63;

/** A sink that is a table `items` of a SQLite database. The state is in the same database, and commits with the rows. */
export class SQLiteSink implements Sink {
  readonly stateName: string;
  readonly #database: DatabaseSync;
  readonly #own: OwnFile;
  readonly #insert: StatementSync;
  readonly #keep: StatementSync;
  readonly #valuesOf: (item: unknown) => SQLiteValue[];
  #state: ExportState;
  #isClosed = false;

  private constructor(
    database: DatabaseSync,
    { job, state, own }: { job: ExportJob; state: ExportState; own: OwnFile },
  ) {
    const { file, format, columns, fields } = job;
    const others = fields === null;
    this.stateName = stateNameOf(file, format);
    const names = [...columnNames(columns, { others }), "_raw"];
    this.#database = database;
    this.#own = own;
    this.#state = state;
    this.#insert = database.prepare(
      `INSERT INTO items (${names.map(quoted).join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
    );
    this.#keep = database.prepare("UPDATE _export SET state = ?");
    const cellsOf = flattener(columns, { others });
    this.#valuesOf = (item) => {
      const cells = cellsOf(item).map((cell, index) => valueFor(cell, columns[index]?.type));
      return [...cells, jsonText(picked(item, fields === null ? null : columns))];
    };
  }

  /** Opens the database, and makes it if there is none. */
  static async open(
    job: ExportJob,
    { mode, range }: { mode: SinkMode; range: ExportState["range"] },
  ): Promise<SQLiteSink> {
    const { file } = job;
    const initial = { ...newState(job, range), bytes: null };
    // In one step: without a database, an older file would be taken for the one that was asked for.
    if (mode.overwrite && (await exists(file)))
      await replaceDatabase(file, (database) => create(database, { job, state: initial }));
    const isNew = !(await exists(file));
    const database = openExportDatabase(file);
    try {
      const state = savedState(database, { file }) ?? create(database, { job, state: initial });
      database.exec("BEGIN IMMEDIATE");
      return new SQLiteSink(database, { job, state, own: await OwnFile.of(file, job) });
    } catch (error) {
      database.close();
      // Without its table, it would be in the way of the next command.
      if (isNew) await removeDatabase(file);
      throw error;
    }
  }

  get state(): ExportState {
    return this.#state;
  }

  add(item: unknown): undefined {
    this.#insert.run(...this.#valuesOf(item));
  }

  async commit(state: ExportState): Promise<void> {
    await this.check();
    const committed = { ...state, bytes: null };
    this.#keep.run(JSON.stringify(committed));
    this.#database.exec("COMMIT");
    this.#state = committed;
    this.#database.exec("BEGIN IMMEDIATE");
  }

  async finish(): Promise<void> {}

  check(): Promise<void> {
    return this.#own.check();
  }

  async clean(): Promise<void> {}

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Drops the rows that were not committed.
    this.#database.close();
  }
}

type SQLiteValue = string | number | bigint | null;

function valueFor(cell: Cell, type: ColumnType | undefined): SQLiteValue {
  // A number in a column of text would get a decimal point.
  if (cell !== null && (type === "any" || type === "json")) return String(cell);
  if (typeof cell === "boolean") return BigInt(cell);
  // A number is bound as one with a decimal point.
  return Number.isInteger(cell) && Math.abs(Number(cell)) < LARGEST_WHOLE ? BigInt(Number(cell)) : cell;
}

function create(
  database: DatabaseSync,
  { job: { columns, fields }, state }: { job: ExportJob; state: ExportState },
): ExportState {
  const typeNames = fields === null ? TYPES : { ...TYPES, ...UNTYPED };
  const declared = (columns: readonly Column[]) =>
    columns.map(({ name, type }) => `${quoted(name)} ${typeNames[type]}`.trimEnd());
  const others = fields === null ? [`${OTHERS} TEXT`] : [];
  const all = ["_row INTEGER PRIMARY KEY", ...declared(columns), ...others, "_raw TEXT NOT NULL"];
  database.exec("BEGIN IMMEDIATE");
  markExport(database);
  database.exec(`CREATE TABLE items (${all.join(", ")})`);
  database.exec("CREATE TABLE _export (state TEXT NOT NULL)");
  database.prepare("INSERT INTO _export VALUES (?)").run(JSON.stringify(state));
  database.exec("COMMIT");
  return state;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
