import { createRequire } from "node:module";
import type { DatabaseSync } from "node:sqlite";

const require = createRequire(import.meta.url);

/** Opens a SQLite database, without the warning of Node 22 that its module is experimental. */
export function openDatabase(file: string, options: { readonly readOnly?: boolean } = {}): DatabaseSync {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  let sqlite: typeof import("node:sqlite");
  try {
    sqlite = require("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
  const database = new sqlite.DatabaseSync(file, { readOnly: options.readOnly ?? false, timeout: 5000 });
  // One file after the end, and no loss when the power fails.
  if (!options.readOnly) database.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL");
  return database;
}
