import type { Column } from "../catalog/columns.ts";
import { allowedHint } from "../catalog/nearest.ts";
import { UsageError } from "../failure.ts";
import { visible } from "./visible.ts";

/** The formats of rows. */
export const FORMATS = ["table", "jsonl", "json", "csv", "tsv", "yaml"] as const;

export type Format = (typeof FORMATS)[number];

/** Writes items in one format, page by page. */
export interface RowWriter {
  /** The text of these items. */
  rows(items: readonly unknown[]): Iterable<string>;
  /** What follows the last item. */
  end(): Iterable<string>;
}

/** How rows are written. */
export interface RowOptions {
  /** The columns of all items; `null` if they are not known: then the first page has them. */
  readonly columns: readonly Column[] | null;
  /** The columns that were asked for; `null` for all. */
  readonly fields: readonly Column[] | null;
  /** Whether a table never cuts its first column: it leaves out the last ones instead. Default: `false`. */
  readonly isFirstWhole?: boolean | undefined;
  /** Called once with the names of the fields that a table has no room for, if there are any. */
  readonly onLeftOut?: ((names: readonly string[]) => void) | undefined;
  /** Where the rows go. */
  readonly output: { readonly isTerminal: boolean; readonly width: number };
  /** Whether cells that a spreadsheet would take for formulas are escaped. */
  readonly csvSafe?: boolean | undefined;
}

/** The format that was typed; else a table for a terminal, and JSON Lines for a file or a pipe. */
export function formatOf(
  typed: string | undefined,
  { isTerminal }: { readonly isTerminal: boolean },
): Format {
  if (typed === undefined) return isTerminal ? "table" : "jsonl";
  const format = FORMATS.find((each) => each === typed);
  if (format !== undefined) return format;
  throw new UsageError(`Cannot use --format ${typed}: ${allowedHint(typed, FORMATS)}`);
}

/** The writer of a format. */
export async function rowWriter(format: Format, options: RowOptions): Promise<RowWriter> {
  if (format === "table") return (await import("./table-rows.ts")).tableRows(options);
  const writer = await loadWriter(format, options);
  return options.output.isTerminal ? harmless(writer) : writer;
}

/** Loads what the format needs. */
async function loadWriter(format: Exclude<Format, "table">, options: RowOptions): Promise<RowWriter> {
  if (format === "yaml") return (await import("./yaml-rows.ts")).yamlRows(options);
  if (format === "csv" || format === "tsv") {
    const { csvRows } = await import("./csv-rows.ts");
    return csvRows(options, format === "csv" ? "," : "\t");
  }
  const { jsonLines, jsonArray } = await import("./json-rows.ts");
  return format === "json" ? jsonArray(options) : jsonLines(options);
}

/** A terminal obeys control characters that a server sent. A file keeps them. */
function harmless(writer: RowWriter): RowWriter {
  return {
    *rows(items) {
      for (const text of writer.rows(items)) yield visible(text);
    },
    end: () => writer.end(),
  };
}
