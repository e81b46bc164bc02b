import { type Options, stringify } from "csv-stringify/sync";
import { OTHERS } from "../catalog/columns.ts";
import { type Cell, columnNames, flattener } from "./flat-row.ts";
import { columnsOfRows, rowOf } from "./item-columns.ts";
import type { RowOptions, RowWriter } from "./row-writer.ts";

/**
 * The text of rows as in RFC 4180, with a line feed at the end of each. `null` is an empty cell and empty text is `""`. With
 * `safe`, text that a spreadsheet would run as a formula begins with an apostrophe.
 */
export function csvText(
  rows: readonly (readonly Cell[])[],
  { safe, delimiter = "," }: { safe: boolean; delimiter?: string },
): string {
  const options: Options = {
    delimiter,
    escape_formulas: safe,
    cast: {
      boolean: String,
      number: String,
      string: (given) => {
        // The package knows all other beginnings (https://owasp.org/www-community/attacks/CSV_Injection).
        const text = safe && given.startsWith("\n") ? `'${given}` : given;
        // A lone carriage return ends a row for some readers.
        const isQuoted = text === "" || text.includes("\r");
        return isQuoted ? { value: text, quoted: true, quoted_empty: true } : text;
      },
    },
  };
  return stringify(
    rows.map((row) => [...row]),
    options,
  );
}

/** CSV with a header: see {@link csvText} for the cells, and `flattener` for what is in them. */
export function csvRows(
  { columns, fields, csvSafe: safe = false }: RowOptions,
  delimiter: string,
): RowWriter {
  const others = fields === null;
  let known = fields ?? columns;
  let cellsOf: ((item: unknown) => Cell[]) | undefined;
  function* header(columns: NonNullable<typeof known>): Iterable<string> {
    yield csvText([columnNames(columns, { others })], { safe, delimiter });
  }
  return {
    *rows(items) {
      const rows = columns === null ? items.map(rowOf) : items;
      // A field with the name of the column of the rest is in that column.
      known ??= columnsOfRows(items.map(rowOf)).filter(({ name }) => name !== OTHERS);
      if (cellsOf === undefined) yield* header(known);
      cellsOf ??= flattener(known, { others });
      for (const row of rows) yield csvText([cellsOf(row)], { safe, delimiter });
    },
    *end() {
      if (cellsOf === undefined && known !== null) yield* header(known);
    },
  };
}
