import { type Options, stringify } from "csv-stringify/sync";
import type { Cell } from "./flat-row.ts";

/**
 * Writes rows as RFC 4180 says, with a line feed at the end of each. `null` is an empty cell and empty text is `""`. With `safe`,
 * text that a spreadsheet would run as a formula begins with an apostrophe.
 */
export function csvRows(rows: readonly (readonly Cell[])[], { safe }: { safe: boolean }): string {
  const options: Options = {
    escape_formulas: safe,
    cast: {
      boolean: String,
      number: String,
      // A lone carriage return ends a row for some readers.
      string: (text) =>
        text === "" || text.includes("\r") ? { value: text, quoted: true, quoted_empty: true } : text,
    },
  };
  return stringify(
    rows.map((row) => [...row]),
    options,
  );
}
