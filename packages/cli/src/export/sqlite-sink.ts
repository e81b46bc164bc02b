import { rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Column, type ColumnType, OTHERS } from "../catalog/columns.ts";
import { CommandError, UsageError } from "../failure.ts";
import { picked } from "../output/picked.ts";
import type { ExportJob } from "./export-job.ts";
import { type ExportIdentity, type ExportState, isState, newState, refuseOther } from "./export-state.ts";
import { exists, fileExists, unfinished } from "./file-sink.ts";
import { columnNames, flattener } from "./flat-row.ts";
import type { Sink, SinkMode } from "./sink.ts";
import { openDatabase } from "./sqlite-database.ts";

/** `NUMERIC` keeps whole numbers whole. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  text: "TEXT",
  number: "NUMERIC",
  boolean: "INTEGER",
  time: "TEXT",
  json: "TEXT",
};

/** A sink that is a table `items` of a SQLite database. The state is in the same database, and commits with the rows. */
export class SQLiteSink implements Sink {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #keep: StatementSync;
  readonly #valuesOf: (item: unknown) => (string | number | null)[];
  #state: ExportState;

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
      const cells = cellsOf(item).map((cell) => (typeof cell === "boolean" ? Number(cell) : cell));
      return [...cells, JSON.stringify(picked(item, fields === null ? null : columns))];
    };
  }

  /** Opens the database, and makes it if there is none. */
  static async open(
    job: ExportJob,
    { mode, range }: { mode: SinkMode; range: ExportState["range"] },
  ): Promise<SQLiteSink> {
    const { file } = job;
    if (mode.overwrite) for (const end of ["", "-journal"]) await rm(`${file}${end}`, { force: true });
    // SQLite says only that it cannot open the file.
    await stat(`${dirname(file)}/.`);
    const isThere = await hasContent(file);
    if (!mode.resume && (isThere || (await exists(file)))) {
      throw new CommandError(isThere && isUnfinished(file) ? unfinished(file) : fileExists(file));
    }
    const database = openDatabase(file);
    try {
      const saved = savedState(database);
      if (saved !== undefined) refuseOther(saved, job);
      else if (tablesOf(database) > 0) {
        throw new UsageError(
          `Cannot resume ${file} because it has no checkpoint: start again with --overwrite, or choose another name`,
        );
      }
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
    // Drops the rows that were not committed.
    this.#database.close();
  }
}

function isUnfinished(file: string): boolean {
  return stateIn(file)?.outcome === null;
}

/** What the export in a database is about; `undefined` if the file is not one. */
export function identityIn(file: string): ExportIdentity | undefined {
  return stateIn(file)?.identity;
}

function stateIn(file: string): ExportState | undefined {
  let database: DatabaseSync | undefined;
  try {
    // Not for reading alone: a transaction that was cut off is rolled back first.
    database = openDatabase(file);
    return savedState(database);
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}

async function hasContent(file: string): Promise<boolean> {
  return (await exists(file)) && (await stat(file)).size > 0;
}

function tablesOf(database: DatabaseSync): number {
  return Number(database.prepare("SELECT count(*) AS count FROM sqlite_master").get()?.["count"]);
}

/** The state in a database; `undefined` if it is not that of an export. */
export function savedState(database: DatabaseSync): ExportState | undefined {
  const hasTable = database
    .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_export'")
    .get();
  if (hasTable === undefined) return undefined;
  const state: unknown = JSON.parse(String(database.prepare("SELECT state FROM _export").get()?.["state"]));
  return isState(state) ? state : undefined;
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
  database.exec(`CREATE TABLE items (${all.join(", ")})`);
  database.exec("CREATE TABLE _export (state TEXT NOT NULL)");
  database.prepare("INSERT INTO _export VALUES (?)").run(JSON.stringify(state));
  database.exec("COMMIT");
  return state;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
