import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { SQLOutputValue } from "node:sqlite";
import type { Format } from "./formats.ts";
import { rowBytes } from "./read-rows.ts";
import { openDatabase } from "./sqlite-database.ts";

/** What identifies the rows of a file. */
export interface RowsDigest {
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string;
  /** The size of the file. */
  readonly bytes: number;
  /** How many rows were read; `null` for Parquet, where they are not read one by one. */
  readonly rows: number | null;
}

/**
 * Computes the digest of the rows of a file: of the uncompressed text for JSONL, of all bytes for CSV and Parquet. For SQLite, it is of
 * the rows of the table in order, each with a line feed: their values as JSON, separated by tabs.
 */
export async function rowsDigest(file: string, format: Format): Promise<RowsDigest> {
  const { size } = await stat(file);
  const hash = createHash("sha256");
  const counter = new RowCounter(format);
  if (format === "sqlite") {
    for (const row of tableRows(file)) {
      hash.update(`${Object.values(row).map(valueText).join("\t")}\n`);
      counter.rows += 1;
    }
  } else {
    for await (const chunk of rowBytes(file, format)) {
      hash.update(chunk);
      counter.add(chunk);
    }
  }
  return { sha256: hash.digest("hex"), bytes: size, rows: format === "parquet" ? null : counter.rows };
}

const [LINE_FEED, QUOTE] = [0x0a, 0x22];

/** Counts the rows of text in UTF-8: lines, and in CSV, which begins with a header, those that end outside of quotes. */
class RowCounter {
  readonly #format: Format;
  #isQuoted = false;
  rows: number;

  constructor(format: Format) {
    this.#format = format;
    this.rows = format === "csv" ? -1 : 0;
  }

  add(chunk: Buffer): void {
    if (this.#format === "parquet") return;
    if (this.#format !== "csv") {
      for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1))
        this.rows += 1;
      return;
    }
    let [rows, isQuoted] = [0, this.#isQuoted];
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (byte === LINE_FEED && !isQuoted) rows += 1;
    }
    this.#isQuoted = isQuoted;
    this.rows += rows;
  }
}

/** How many rows are read at a time. */
const BATCH = 256;

/** The items of a SQLite export as JSON, in order. */
export function* rawItems(file: string): Generator<string, undefined, undefined> {
  for (const row of tableRows(file)) yield String(row["_raw"]);
}

/** A whole number is an integer for SQLite, and one with a point is not. */
function valueText(value: SQLOutputValue): string {
  if (typeof value === "number") return Number.isInteger(value) ? `${value}.0` : String(value);
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

/** The rows of the table of an export, in order: their number, the cells, and the item as JSON. */
function* tableRows(file: string): Generator<Readonly<Record<string, SQLOutputValue>>, undefined, undefined> {
  const database = openDatabase(file, { readOnly: true });
  try {
    // Not `iterate()`: in Node 22.15 it ends with "statement has been finalized" when the statement is collected as garbage.
    const statement = database.prepare("SELECT * FROM items WHERE _row > ? ORDER BY _row LIMIT ?");
    statement.setReadBigInts(true);
    for (let last = 0n; ; ) {
      const rows = statement.all(last, BATCH);
      yield* rows;
      if (rows.length < BATCH) return;
      last = BigInt(String(rows.at(-1)?.["_row"]));
    }
  } finally {
    database.close();
  }
}
