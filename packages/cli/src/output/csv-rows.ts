import { stringify } from "csv-stringify/sync";
import { type Column, OTHERS, valueAt } from "../catalog/columns.ts";
import { otherFields } from "../catalog/other-fields.ts";
import { columnsOfItems } from "./item-columns.ts";
import type { RowOptions, RowWriter } from "./row-writer.ts";

/** CSV as in RFC 4180, with a header. Null is an empty cell, an empty text a quoted one; objects are JSON. */
export function csvRows({ columns, fields, csvSafe = false }: RowOptions, delimiter: string): RowWriter {
  let known = fields ?? columns;
  let others: ((item: unknown) => unknown) | null = null;
  let isFirst = true;
  const options = {
    delimiter,
    cast: {
      // A text that is empty is not a missing one.
      string: (value: string) =>
        value === "" ? { value, quoted: true, quoted_empty: true } : { value, escape_formulas: csvSafe },
      object: (value: object) => JSON.stringify(value),
      boolean: (value: boolean) => String(value),
      number: (value: number) => String(value),
    },
  };
  const line = (cells: readonly unknown[]) => stringify([[...cells]], options);
  const header = (names: readonly Column[]) =>
    line([...names.map(({ name }) => name), ...(others === null ? [] : [OTHERS])]);
  return {
    *rows(items) {
      known ??= columnsOfItems(items);
      const cellsOf = known;
      if (isFirst) {
        others = fields === null ? otherFields(cellsOf) : null;
        yield header(cellsOf);
        isFirst = false;
      }
      for (const item of items) {
        const cells = cellsOf.map(({ path }) => valueAt(item, path));
        yield line(others === null ? cells : [...cells, jsonOf(others(item))]);
      }
    },
    *end() {
      if (!isFirst || known === null) return;
      others = fields === null ? otherFields(known) : null;
      yield header(known);
    },
  };
}

function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
