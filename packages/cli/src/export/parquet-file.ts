import { open } from "node:fs/promises";
import { type ColumnSource, fileWriter, ParquetWriter } from "hyparquet-writer";
import { type Column, type ColumnType, OTHERS } from "../catalog/columns.ts";
import { type Cell, flattener, microseconds } from "../output/flat-row.ts";
import { byteLines } from "./byte-lines.ts";
import { replaceInOneStep } from "./json-file.ts";
import { rowBytes } from "./read-rows.ts";

/** The bounds of a row group: one is held in memory at a time. */
const GROUP_ROWS = 10_000;
const GROUP_BYTES = 4_000_000;

/** As the writer has it: the package has a version of its own of the types. */
type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

type Value = string | number | boolean | bigint | undefined;

const ELEMENTS: Readonly<Record<ColumnType, Omit<SchemaElement, "name">>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  json: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  any: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  number: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  },
};

interface ParquetOptions {
  readonly rows: string;
  readonly columns: readonly Column[];
  readonly isWhole: boolean;
  onMade(made: { readonly temporary: string; readonly lines: number }): Promise<void>;
}

/**
 * Makes a Parquet file out of lines of JSON, in constant memory. The file appears in one step. JSON and nested arrays are text;
 * times are timestamps in UTC with microseconds. `isWhole` says that the rows are whole items. `onMade` is called before the file that
 * was made, whose name it is given with the number of its rows, gets its own. Throws `SyntaxError` for a line that is not JSON.
 */
export async function writeParquetFile(
  file: string,
  { rows, columns, isWhole, onMade }: ParquetOptions,
): Promise<void> {
  // With chosen fields, too: a column of numbers cannot hold a text.
  const all: readonly Column[] = [...columns, { name: OTHERS, path: [OTHERS], type: "json" }];
  const fields = all.map(
    ({ name, type }): SchemaElement => ({ name, repetition_type: "OPTIONAL", ...ELEMENTS[type] }),
  );
  const schema: SchemaElement[] = [{ name: "root", num_children: fields.length }, ...fields];
  const cellsOf = flattener(columns, { others: isWhole ? true : "misfits", times: "microseconds" });
  await replaceInOneStep(file, async (temporary) => {
    const writer = new ParquetWriter({ writer: fileWriter(temporary), schema, createdBy: "pageturn" });
    let group = new RowGroup(all);
    let lines = 0;
    for await (const line of byteLines(rowBytes(rows, "jsonl"))) {
      lines += 1;
      group.add(cellsOf(JSON.parse(line.toString())), line.length);
      if (!group.isFull) continue;
      await writer.write(group.source);
      group = new RowGroup(all);
    }
    if (group.rows > 0) await writer.write(group.source);
    await writer.finish();
    const handle = await open(temporary, "r+");
    await handle.sync().finally(() => handle.close());
    await onMade({ temporary, lines });
  });
}

/** The rows that are written together. */
class RowGroup {
  readonly #columns: readonly Column[];
  readonly #values: Value[][];
  rows = 0;
  #bytes = 0;

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#values = columns.map(() => []);
  }

  get isFull(): boolean {
    return this.rows >= GROUP_ROWS || this.#bytes >= GROUP_BYTES;
  }

  /** What the writer takes. */
  get source(): { columnData: ColumnSource[]; rowGroupSize: number } {
    const columnData = this.#columns.map(({ name }, index) => ({ name, data: this.#values[index] ?? [] }));
    return { columnData, rowGroupSize: this.rows };
  }

  add(cells: readonly Cell[], bytes: number): void {
    this.#columns.forEach(({ type }, index) => {
      this.#values[index]?.push(valueFor(cells[index] ?? null, type));
    });
    this.rows += 1;
    this.#bytes += bytes;
  }
}

function valueFor(cell: Cell, type: ColumnType): Value {
  if (cell === null) return undefined;
  if (type === "time") return typeof cell === "string" ? microseconds(cell) : undefined;
  if (type === "text" || type === "json" || type === "any") return String(cell);
  return typeof cell === type ? cell : undefined;
}
