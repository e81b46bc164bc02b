import { existsSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { CommandError } from "../failure.ts";
import { type ExportState, parseState } from "./export-state.ts";
import { stateNameOf } from "./file-names.ts";
import { replaceInOneStep, undefinedIfMissing } from "./json-file.ts";

const require = createRequire(import.meta.url);

/** `PRAGMA application_id` of an export: it tells one from a database of the user without opening it. */
const APPLICATION_ID = 0x70677475;

/** Opens a SQLite database, without the warning of Node 22 that its module is experimental. */
export function openDatabase(
  file: string | URL,
  options: { readonly readOnly?: boolean } = {},
): DatabaseSync {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  let sqlite: typeof import("node:sqlite");
  try {
    sqlite = require("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
  // SQLite reads `file:name` and `:memory:` as something else than the name of a file.
  const database = new sqlite.DatabaseSync(typeof file === "string" ? resolve(file) : file, {
    readOnly: options.readOnly ?? false,
  });
  // Not the option `timeout`, which Node 22.15 does not have.
  database.exec("PRAGMA busy_timeout = 5000");
  return database;
}

/** Opens the database of an export to write it, and makes it if there is none. */
export function openExportDatabase(file: string): DatabaseSync {
  const database = openDatabase(file);
  try {
    // One file after the end, and no loss when the power fails.
    database.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Replaces a database, and what is beside it, by a new one in one step. */
export async function replaceDatabase(
  file: string,
  make: (database: DatabaseSync) => unknown,
): Promise<void> {
  await settleDatabase(file);
  await replaceInOneStep(file, async (temporary) => {
    const database = openDatabase(temporary);
    try {
      // A journal would stay if the process is killed. Nothing is to be rolled back: the file is made again then.
      database.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL");
      make(database);
    } finally {
      database.close();
    }
  });
}

/** Marks a new database as one of an export. */
export function markExport(database: DatabaseSync): void {
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
}

/** What the head of a database says (https://www.sqlite.org/fileformat.html, 1.3), read without SQLite, which may change files. */
interface DatabaseHead {
  readonly isEmpty: boolean;
  readonly isDatabase: boolean;
  readonly isExport: boolean;
  readonly isWAL: boolean;
}

async function headOf(file: string): Promise<DatabaseHead | undefined> {
  const handle = await open(file).catch(undefinedIfMissing);
  if (handle === undefined) return undefined;
  try {
    const head = Buffer.alloc(100);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const isDatabase = bytesRead === head.length && head.toString("latin1", 0, 16) === "SQLite format 3\0";
    return {
      isEmpty: bytesRead === 0,
      isDatabase,
      isExport: isDatabase && head.readUInt32BE(68) === APPLICATION_ID,
      isWAL: isDatabase && head.readUInt8(18) === 2,
    };
  } finally {
    await handle.close();
  }
}

/** Whether a file is a database, of whatever program. */
export async function isDatabase(file: string): Promise<boolean> {
  return (await headOf(file))?.isDatabase === true;
}

/** Whether a file is a database that an export has made; with `orEmpty`, or has begun to make. */
export async function isExportDatabase(file: string, { orEmpty = false } = {}): Promise<boolean> {
  const head = await headOf(file);
  return head !== undefined && (head.isExport || (orEmpty && head.isEmpty));
}

/** The state of the export in a database; `undefined` if the file is not one. A database of the user is not changed. */
export function stateIn(file: string, remedy?: string): Promise<ExportState | undefined> {
  return readExport(file, (database) => savedState(database, { file, remedy }));
}

/** How many rows the table of an export has; `undefined` if the file is not one. */
export function countRows(file: string): Promise<number | undefined> {
  return readExport(file, (database) =>
    hasTable(database, "items")
      ? Number(database.prepare("SELECT count(*) AS count FROM items").get()?.["count"])
      : 0,
  );
}

/** What is read from the database of an export; `undefined` if the file is not one. A database of the user is not changed. */
async function readExport<T>(file: string, read: (database: DatabaseSync) => T): Promise<T | undefined> {
  const head = await headOf(file);
  if (!head?.isExport) return undefined;
  // A transaction that was cut off is rolled back first. A user may have changed the mode: then nothing is to be written.
  const isCutOff = !head.isWAL && existsSync(`${file}-journal`);
  const immutable = Object.assign(pathToFileURL(file), { search: "?immutable=1" });
  const database = openDatabase(head.isWAL ? immutable : file, { readOnly: !isCutOff });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

/** The state in a database; `undefined` if it is not that of an export. */
export function savedState(
  database: DatabaseSync,
  { file, remedy }: { file: string; remedy?: string | undefined },
): ExportState | undefined {
  if (!hasTable(database, "_export")) return undefined;
  const json = database.prepare("SELECT state FROM _export").get()?.["state"];
  return parseState(String(json), {
    where: stateNameOf(file, "sqlite"),
    remedy,
  });
}

function hasTable(database: DatabaseSync, name: string): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined
  );
}

/** Removes a database, with what SQLite keeps beside it. */
export async function removeDatabase(file: string): Promise<void> {
  for (const end of ["", ...BESIDE]) await rm(`${file}${end}`, { force: true });
}

const BESIDE = ["-journal", "-wal", "-shm"];

/** Makes a database whole without the files beside it, and removes them: those of another database would damage the next one. */
export async function settleDatabase(file: string): Promise<void> {
  if (!BESIDE.some((end) => existsSync(`${file}${end}`))) return;
  try {
    const database = openDatabase(file);
    try {
      database.exec("PRAGMA wal_checkpoint(TRUNCATE); SELECT count(*) FROM sqlite_master");
    } finally {
      database.close();
    }
  } catch (error) {
    const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
    if (code === 5)
      throw new CommandError(`Cannot replace ${file}: another program uses it`, undefined, { cause: error });
    // It is none, or it is damaged: it is replaced as it is.
  }
  for (const end of BESIDE) await rm(`${file}${end}`, { force: true });
}
