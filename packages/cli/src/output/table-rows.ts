import { styleText } from "node:util";
import { type Column, valueAt } from "../catalog/columns.ts";
import { columnsOfItems } from "./item-columns.ts";
import type { RowOptions, RowWriter } from "./row-writer.ts";
import { fittedColumns, type TableColumn, usefulColumns } from "./table-columns.ts";
import { fitted, oneLine, textWidth } from "./text-width.ts";

/** Texts longer than this are cut in any terminal. */
const LONGEST = 400;

/** A table as wide as the terminal at most. The first page decides about the columns and their widths. */
export function tableRows({ columns, fields, output }: RowOptions): RowWriter {
  let shown: readonly TableColumn[] | null = null;
  return {
    *rows(items) {
      if (items.length === 0) return;
      if (shown === null) {
        shown = tableColumns({ columns, fields, output }, items);
        yield `${styleText(
          "bold",
          line(shown, ({ name }) => name),
          { stream: process.stdout },
        )}\n`;
      }
      for (const item of items) yield `${line(shown, ({ path }) => cellText(valueAt(item, path)))}\n`;
    },
    *end() {},
  };
}

function tableColumns(
  { columns, fields, output: { width } }: RowOptions,
  items: readonly unknown[],
): readonly TableColumn[] {
  const measure = ({ name, path }: Column) =>
    items.reduce(
      (most: number, item) => Math.max(most, textWidth(cellText(valueAt(item, path)))),
      textWidth(name),
    );
  if (fields !== null) return fittedColumns(fields, { width, measure });
  const known = columns === null ? [] : usefulColumns(columns, { items, width, measure });
  if (known.length > 0) return known;
  const own = columnsOfItems(items);
  // Items that are no objects have one column: the item.
  const all: readonly Column[] = own.length > 0 ? own : [{ name: "value", path: [], type: "json" }];
  return usefulColumns(all, { items, width, measure });
}

function line(columns: readonly TableColumn[], text: (column: TableColumn) => string): string {
  const cells = columns.map((column) =>
    fitted(text(column), { width: column.width, align: column.type === "number" ? "right" : "left" }),
  );
  return cells.join("  ").trimEnd();
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return oneLine(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
