import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Column, type ColumnType, OTHERS } from "../catalog/columns.ts";
import { type Cell, columnNames, flattener } from "../output/flat-row.ts";
import { picked } from "../output/picked.ts";
import type { ExportJob } from "./export-job.ts";
import { type ExportState, newState, refuseOther, withoutCheckpoint } from "./export-state.ts";
import { exists } from "./json-file.ts";
import type { Sink, SinkMode } from "./sink.ts";
import {
  isExportDatabase,
  markExport,
  openExportDatabase,
  removeDatabase,
  savedState,
} from "./sqlite-database.ts";

/** `NUMERIC` keeps whole numbers whole. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  text: "TEXT",
  number: "NUMERIC",
  boolean: "INTEGER",
  time: "TEXT",
  json: "TEXT",
  any: "TEXT",
};

/** A sink that is a table `items` of a SQLite database. The state is in the same database, and commits with the rows. */
export class SQLiteSink implements Sink {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #keep: StatementSync;
  readonly #valuesOf: (item: unknown) => (string | number | null)[];
  #state: ExportState;
  #isClosed = false;

  private constructor(database: DatabaseSync, { job, state }: { job: ExportJob; state: ExportState }) {
    const { columns, fields } = job;
    const others = fields === null;
    const names = [...columnNames(columns, { others }), "_raw"];
    this.#database = database;
    this.#state = state;
    this.#insert = database.prepare(
      `INSERT INTO items (${names.map(quoted).join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
    );
    this.#keep = database.prepare("UPDATE _export SET state = ?");
    const cellsOf = flattener(columns, { others });
    this.#valuesOf = (item) => {
      const cells = cellsOf(item).map((cell, index) => valueFor(cell, columns[index]?.type));
      return [...cells, JSON.stringify(picked(item, fields === null ? null : columns))];
    };
  }

  /** Opens the database, and makes it if there is none. A database that is not of an export is not opened. */
  static async open(
    job: ExportJob,
    { mode, range }: { mode: SinkMode; range: ExportState["range"] },
  ): Promise<SQLiteSink> {
    const { file } = job;
    if (mode.overwrite) await removeDatabase(file);
    // SQLite says only that it cannot open the file.
    await stat(`${dirname(file)}/.`);
    const isOther = (await exists(file)) && !(await isExportDatabase(file, { orEmpty: mode.resume }));
    if (isOther) throw withoutCheckpoint(file);
    const database = openExportDatabase(file);
    try {
      const saved = savedState(database, { file });
      if (saved !== undefined) refuseOther(saved, job);
      else if (tablesOf(database) > 0) throw withoutCheckpoint(file);
      const state = saved ?? create(database, { job, state: { ...newState(job, range), bytes: null } });
      database.exec("BEGIN IMMEDIATE");
      return new SQLiteSink(database, { job, state });
    } catch (error) {
      database.close();
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
    const committed = { ...state, bytes: null };
    this.#keep.run(JSON.stringify(committed));
    this.#database.exec("COMMIT");
    this.#state = committed;
    this.#database.exec("BEGIN IMMEDIATE");
  }

  async finish(): Promise<void> {}

  async clean(): Promise<void> {}

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Drops the rows that were not committed.
    this.#database.close();
  }
}

function valueFor(cell: Cell, type: ColumnType | undefined): string | number | null {
  // A number in a column of text would get a decimal point.
  if (cell !== null && (type === "any" || type === "json")) return String(cell);
  return typeof cell === "boolean" ? Number(cell) : cell;
}

function tablesOf(database: DatabaseSync): number {
  return Number(database.prepare("SELECT count(*) AS count FROM sqlite_master").get()?.["count"]);
}

function create(
  database: DatabaseSync,
  { job: { columns, fields }, state }: { job: ExportJob; state: ExportState },
): ExportState {
  const declared = (columns: readonly Column[]) =>
    columns.map(({ name, type }) => `${quoted(name)} ${TYPES[type]}`);
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
