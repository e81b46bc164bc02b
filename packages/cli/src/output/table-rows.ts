import { styleText } from "node:util";
import { type Column, valueAt } from "../catalog/columns.ts";
import { columnsOfRows, rowOf } from "./item-columns.ts";
import { jsonText } from "./json-text.ts";
import type { RowOptions, RowWriter } from "./row-writer.ts";
import { columnsAfterFirst, fittedColumns, type TableColumn, usefulColumns } from "./table-columns.ts";
import { fitted, textWidth } from "./text-width.ts";
import { oneLine } from "./visible.ts";

/** Texts longer than this are cut in any terminal. */
const LONGEST = 400;

/** A table as wide as the terminal at most. The first page decides about the columns and their widths. */
export function tableRows(options: RowOptions): RowWriter {
  let shown: readonly TableColumn[] | null = null;
  return {
    *rows(items) {
      if (items.length === 0) return;
      const rows = items.map(rowOf);
      if (shown === null) {
        shown = tableColumns(options, rows);
        const names = shown.map(({ name }) => name);
        const leftOut = (options.fields ?? []).filter(({ name }) => !names.includes(name));
        if (leftOut.length > 0) options.onLeftOut?.(leftOut.map(({ name }) => name));
        yield `${styleText(
          "bold",
          line(shown, ({ name }) => name),
          { stream: process.stdout },
        )}\n`;
      }
      for (const item of rows) yield `${line(shown, ({ path }) => cellText(valueAt(item, path)))}\n`;
    },
    *end() {},
  };
}

function tableColumns(
  { columns, fields, output: { width }, isFirstWhole }: RowOptions,
  items: readonly object[],
): readonly TableColumn[] {
  const measure = ({ name, path }: Column) =>
    items.reduce(
      (most: number, item) => Math.max(most, textWidth(cellText(valueAt(item, path)))),
      textWidth(name),
    );
  if (fields !== null)
    return isFirstWhole
      ? columnsAfterFirst(fields, { width, measure })
      : fittedColumns(fields, { width, measure });
  const known = columns === null ? [] : usefulColumns(columns, { items, width, measure });
  if (known.length > 0) return known;
  return usefulColumns(columnsOfRows(items), { items, width, measure });
}

function line(columns: readonly TableColumn[], text: (column: TableColumn) => string): string {
  const cells = columns.map((column) =>
    fitted(text(column), { width: column.width, align: column.type === "number" ? "right" : "left" }),
  );
  return cells.join("  ").trimEnd();
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : jsonText(value);
  return oneLine(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
