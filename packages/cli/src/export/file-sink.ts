import { rm } from "node:fs/promises";
import { type Cell, columnNames, flattener } from "../output/flat-row.ts";
import { jsonText } from "../output/json-text.ts";
import { picked } from "../output/picked.ts";
import { ByteFile } from "./byte-file.ts";
import type { ExportJob } from "./export-job.ts";
import { type ExportState, newState, readState } from "./export-state.ts";
import { type FileMark, type KnownRows, markOf } from "./file-mark.ts";
import { stateFileOf } from "./file-names.ts";
import type { Format } from "./formats.ts";
import { createJSONFile, exists, writeJSONFile } from "./json-file.ts";
import type { Sink, SinkMode } from "./sink.ts";

/** Makes the text of items. `rest` returns the text of items that it has kept to write several at once. */
interface RowText {
  readonly head: string;
  add(item: unknown): string;
  rest(): string;
}

/** How many rows of CSV are written at once. */
const CSV_BATCH = 64;

/** A sink that is a file of rows, with a file `.checkpoint.json` beside it that says how much of it counts. */
export class FileSink implements Sink {
  readonly stateName: string;
  readonly #bytes: ByteFile;
  readonly #text: RowText;
  #state: ExportState;

  private constructor(
    { stateFile, state }: { stateFile: string; state: ExportState },
    { bytes, text }: { bytes: ByteFile; text: RowText },
  ) {
    this.stateName = stateFile;
    this.#state = state;
    this.#bytes = bytes;
    this.#text = text;
  }

  /** Opens the sink. `rows` and `format` differ from those of the job where the rows are staged; `made` is of the file that is there then. */
  static async open(
    job: ExportJob,
    { mode, range, rows = job.file, format = job.format, made = [] }: FileSinkOptions,
  ): Promise<FileSink> {
    const stateFile = stateFileOf(job.file);
    const text = await rowText(job, format);
    const saved = mode.resume ? await readState(job.file) : undefined;
    const isNew = saved === undefined && !mode.overwrite && rows === job.file;
    // What is there counts no longer, and is of an export, also if the process is killed before it is cut.
    const before = isNew || saved !== undefined ? undefined : await markOf(rows);
    const state = saved ?? { ...newState(job, range), made, mark: before ?? null };
    const keepState = async () => {
      if (saved === undefined)
        await ((await exists(stateFile)) ? writeJSONFile : createJSONFile)(stateFile, state);
    };
    let sink: FileSink;
    const noteStart = (mark: FileMark) => sink.#note({ ...sink.state, mark });
    const open = (known: KnownRows | null) => ByteFile.open(rows, { job, format, rows: known, noteStart });
    let bytes: ByteFile;
    if (isNew) {
      // Before the state, which says that the file is of the export. Without one, only an empty file is taken.
      const isThere = await exists(rows);
      bytes = await open(state);
      await keepState().catch(async (error: unknown) => {
        await bytes.close();
        if (!isThere) await rm(rows, { force: true });
        throw error;
      });
    } else {
      // After the state, which says that nothing of the file counts.
      await keepState();
      bytes = await open(saved ?? null).catch(async (error: unknown) => {
        if (saved === undefined && !(await exists(rows))) await rm(stateFile, { force: true });
        throw error;
      });
    }
    sink = new FileSink({ stateFile, state }, { bytes, text });
    if (bytes.length === 0 && text.head !== "") await bytes.add(text.head);
    return sink;
  }

  get state(): ExportState {
    return this.#state;
  }

  add(item: unknown): Promise<void> | undefined {
    const text = this.#text.add(item);
    return text === "" ? undefined : this.#bytes.add(text);
  }

  async commit(state: ExportState): Promise<void> {
    await this.#bytes.add(this.#text.rest());
    await this.#note({ ...state, ...(await this.#bytes.sync({ isEnd: state.outcome !== null })) });
    this.#bytes.committed();
  }

  async #note(state: ExportState): Promise<void> {
    await writeJSONFile(this.stateName, state);
    this.#state = state;
  }

  async finish(): Promise<void> {}

  check(): Promise<void> {
    return this.#bytes.check();
  }

  async clean(): Promise<void> {
    if (this.#state.outcome?.complete) await rm(this.stateName, { force: true });
  }

  close(): Promise<void> {
    return this.#bytes.close();
  }
}

interface FileSinkOptions {
  readonly mode: SinkMode;
  readonly range: ExportState["range"];
  readonly rows?: string;
  readonly made?: readonly FileMark[];
  readonly format?: Format;
}

async function rowText(job: ExportJob, format: Format): Promise<RowText> {
  if (format === "csv") return csvText(job);
  const { columns, fields } = job;
  const line = (item: unknown) => `${jsonText(picked(item, fields === null ? null : columns))}\n`;
  return { head: "", add: line, rest: () => "" };
}

async function csvText({ columns, csvSafe: safe, fields }: ExportJob): Promise<RowText> {
  const { csvText: csvOf } = await import("../output/csv-rows.ts");
  const cellsOf = flattener(columns, { others: fields === null });
  let rows: Cell[][] = [];
  const rest = () => {
    const text = rows.length === 0 ? "" : csvOf(rows, { safe });
    rows = [];
    return text;
  };
  return {
    head: csvOf([columnNames(columns, { others: fields === null })], { safe }),
    add: (item) => {
      rows.push(cellsOf(item));
      return rows.length < CSV_BATCH ? "" : rest();
    },
    rest,
  };
}
