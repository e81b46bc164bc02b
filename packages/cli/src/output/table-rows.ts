import { styleText } from "node:util";
import { type Column, valueIn } from "../catalog/columns.ts";
import { columnsOfRows, rowOf } from "./item-columns.ts";
import { jsonText } from "./json-text.ts";
import type { RowOptions, RowWriter } from "./row-writer.ts";
import {
  columnsAfterFirst,
  fittedColumns,
  type TableColumn,
  usefulColumns,
  widerColumns,
} from "./table-columns.ts";
import { fitted, textWidth } from "./text-width.ts";
import { oneLine } from "./visible.ts";

/** Texts longer than this are cut in any terminal, and make no column wider. */
const LONGEST = 400;

/**
 * A table. The first page decides about the columns and their widths; a later page widens them as far as the terminal has room. There
 * texts are cut, and numbers are not. Without a terminal nothing is cut.
 */
export function tableRows(options: RowOptions): RowWriter {
  const { isTerminal, width } = options.output;
  const room = isTerminal ? width : Number.POSITIVE_INFINITY;
  const cell = (value: unknown, column: TableColumn) =>
    fitted(cellText(value, isTerminal ? LONGEST : undefined), {
      width: column.width,
      align: column.type === "number" ? "right" : "left",
      isWhole: !isTerminal || typeof value === "number",
    });
  let shown: readonly TableColumn[] | null = null;
  return {
    *rows(items) {
      if (items.length === 0) return;
      const rows = items.map(rowOf);
      if (shown === null) {
        shown = tableColumns(options, { rows, room });
        const names = shown.map(({ name }) => name);
        const leftOut = (options.fields ?? []).filter(({ name }) => !names.includes(name));
        if (leftOut.length > 0) options.onLeftOut?.(leftOut.map(({ name }) => name));
        yield `${styleText(
          "bold",
          line(shown, (column) => cell(column.name, column)),
          { stream: process.stdout },
        )}\n`;
      } else shown = widerColumns(shown, { room, measure: measureOf(rows) });
      for (const item of rows) yield `${line(shown, (column) => cell(valueIn(item, column), column))}\n`;
    },
    *end() {},
  };
}

function tableColumns(
  { columns, fields, output: { width }, isFirstWhole }: RowOptions,
  { rows, room }: { readonly rows: readonly object[]; readonly room: number },
): readonly TableColumn[] {
  const space = { items: rows, width, room, measure: measureOf(rows) };
  if (fields !== null) return isFirstWhole ? columnsAfterFirst(fields, space) : fittedColumns(fields, space);
  const known = columns === null ? [] : usefulColumns(columns, space);
  return known.length > 0 ? known : usefulColumns(columnsOfRows(rows), space);
}

/** Says how wide a column is in these rows. */
function measureOf(rows: readonly object[]) {
  return (column: Column) =>
    rows.reduce(
      (most: number, row) => Math.max(most, textWidth(cellText(valueIn(row, column), LONGEST))),
      textWidth(column.name),
    );
}

function line(columns: readonly TableColumn[], cell: (column: TableColumn) => string): string {
  return columns.map(cell).join("  ").trimEnd();
}

function cellText(value: unknown, longest = Number.POSITIVE_INFINITY): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : jsonText(value);
  return oneLine(text.length > longest ? `${text.slice(0, longest)}…` : text);
}
