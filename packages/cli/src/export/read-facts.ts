import { createReadStream } from "node:fs";
import type { Options } from "csv-parse";
import { OTHERS } from "../catalog/columns.ts";
import { byteLines } from "./byte-lines.ts";
import type { Format } from "./formats.ts";
import { idOf } from "./item-id.ts";
import { rowBytes } from "./read-rows.ts";
import { rawItems } from "./rows-digest.ts";

/** What a file says of its rows. */
export interface FileFacts {
  readonly rows: number;
  readonly firstId: string | null;
  readonly lastId: string | null;
}

/** Reads a file whole. Throws if it is not of its format. */
export async function readFacts(file: string, format: Format): Promise<FileFacts> {
  switch (format) {
    case "csv":
      return factsOf(csvRows(file));
    case "parquet":
      return parquetFacts(file);
    case "sqlite":
      return factsOf(parsed(rawItems(file)));
    default:
      return factsOf(jsonLines(file, format));
  }
}

async function factsOf(items: AsyncIterable<unknown>): Promise<FileFacts> {
  let rows = 0;
  let first: unknown;
  let last: unknown;
  for await (const item of items) {
    if (rows === 0) first = item;
    last = item;
    rows += 1;
  }
  return { rows, firstId: idOf(first), lastId: idOf(last) };
}

async function* jsonLines(file: string, format: Format): AsyncGenerator<unknown, undefined, undefined> {
  let number = 0;
  for await (const line of byteLines(rowBytes(file, format))) {
    number += 1;
    yield parsedJSON(line.toString(), `line ${number}`);
  }
}

async function* parsed(texts: Iterable<string>): AsyncGenerator<unknown, undefined, undefined> {
  let number = 0;
  for (const text of texts) {
    number += 1;
    yield parsedJSON(text, `row ${number}`);
  }
}

function parsedJSON(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${place} is not JSON`, { cause: error });
  }
}

async function* csvRows(file: string): AsyncGenerator<unknown, undefined, undefined> {
  const { parse } = await import("csv-parse");
  const options: Options = {
    columns: true,
    record_delimiter: "\n",
    // An empty cell is null, and an empty text is quoted.
    cast: (text, { quoting }) => (text === "" && !quoting ? null : text),
  };
  for await (const row of createReadStream(file).pipe(parse(options))) yield itemOf(row);
}

/** The item of a row of cells, as far as its id goes: an id that its column does not take is in the column of the rest. */
function itemOf(row: Readonly<Record<string, unknown>> | undefined): unknown {
  const { id = null, [OTHERS]: others } = row ?? {};
  return id === null && typeof others === "string" ? JSON.parse(others) : { id };
}

async function parquetFacts(path: string): Promise<FileFacts> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const rows = Number(metadata.num_rows);
  const columns = ["id", OTHERS].filter((column) => metadata.schema.some(({ name }) => name === column));
  const idAt = async (index: number) => {
    const range = { rowStart: index, rowEnd: index + 1 };
    const [row] = rows === 0 ? [] : await parquetReadObjects({ file, metadata, columns, ...range });
    return idOf(itemOf(row));
  };
  return { rows, firstId: await idAt(0), lastId: await idAt(rows - 1) };
}
