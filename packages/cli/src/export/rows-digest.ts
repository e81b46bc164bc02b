import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Format } from "./formats.ts";
import { rowBytes } from "./read-rows.ts";
import { openDatabase } from "./sqlite-database.ts";

/** What identifies the rows of a file. */
export interface RowsDigest {
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string;
  /** The size of the file. */
  readonly bytes: number;
}

/**
 * Computes the digest of the rows of a file: of the uncompressed text for JSONL, of all bytes for CSV and Parquet, and of the raw
 * items in order, each with a line feed, for SQLite.
 */
export async function rowsDigest(file: string, format: Format): Promise<RowsDigest> {
  const { size } = await stat(file);
  const hash = createHash("sha256");
  if (format === "sqlite") for (const raw of rawItems(file)) hash.update(`${raw}\n`);
  else for await (const chunk of rowBytes(file, format)) hash.update(chunk);
  return { sha256: hash.digest("hex"), bytes: size };
}

/** How many rows are read at a time. */
const BATCH = 256;

/** The items of a SQLite export as JSON, in order. */
export function* rawItems(file: string): Generator<string, undefined, undefined> {
  const database = openDatabase(file, { readOnly: true });
  try {
    // Not `iterate()`: in Node 22.15 it ends with "statement has been finalized" when the statement is collected as garbage.
    const statement = database.prepare("SELECT _row, _raw FROM items WHERE _row > ? ORDER BY _row LIMIT ?");
    for (let last = 0; ; ) {
      const rows = statement.all(last, BATCH);
      for (const row of rows) yield String(row["_raw"]);
      if (rows.length < BATCH) return;
      last = Number(rows.at(-1)?.["_row"]);
    }
  } finally {
    database.close();
  }
}
