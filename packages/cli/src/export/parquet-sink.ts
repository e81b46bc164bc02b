import { rm } from "node:fs/promises";
import type { ExportJob } from "./export-job.ts";
import type { ExportState } from "./export-state.ts";
import { isSameMark, markOf } from "./file-mark.ts";
import { manifestFileOf, stagedFileOf } from "./file-names.ts";
import { FileSink } from "./file-sink.ts";
import { changedFile } from "./own-file.ts";
import { writeParquetFile } from "./parquet-file.ts";
import { refuseForeignParquet } from "./side-files.ts";
import type { Sink, SinkMode } from "./sink.ts";

/** A sink that stages its rows as lines of JSON, and makes a Parquet file out of them at the end. */
export class ParquetSink implements Sink {
  readonly #job: ExportJob;
  readonly #staged: FileSink;
  #isMade = false;

  private constructor(job: ExportJob, staged: FileSink) {
    this.#job = job;
    this.#staged = staged;
  }

  static async open(
    job: ExportJob,
    { mode, range }: { mode: SinkMode; range: ExportState["range"] },
  ): Promise<ParquetSink> {
    // What is replaced is of an export: else it would not have been allowed to begin.
    const before = mode.overwrite ? await markOf(job.file) : undefined;
    const staged = await FileSink.open(job, {
      mode,
      range,
      rows: stagedFileOf(job.file),
      format: "jsonl",
      made: before === undefined ? [] : [before],
    });
    return new ParquetSink(job, staged);
  }

  get stateName(): string {
    return this.#staged.stateName;
  }

  get state(): ExportState {
    return this.#staged.state;
  }

  add(item: unknown): Promise<void> | undefined {
    return this.#staged.add(item);
  }

  commit(state: ExportState): Promise<void> {
    return this.#staged.commit(state);
  }

  async finish(): Promise<void> {
    const { file, columns, fields } = this.#job;
    const rows = stagedFileOf(file);
    const onMade = async ({ temporary, lines }: { temporary: string; lines: number }) => {
      await this.#staged.check();
      if (lines !== this.state.rows) throw await changedFile(rows, this.#job);
      await refuseForeignParquet(this.#job, this.state);
      const made = [await markOf(file), await markOf(temporary)].filter((mark) => mark !== undefined);
      await this.#staged.commit({ ...this.state, made });
      // Not before: until then, the file is the one that the manifest is about.
      await rm(manifestFileOf(file), { force: true });
    };
    await this.#staged.check();
    await writeParquetFile(file, { rows, columns, isWhole: fields === null, onMade }).catch(
      async (error: unknown) => {
        throw error instanceof SyntaxError ? await changedFile(rows, this.#job, error) : error;
      },
    );
    this.#isMade = true;
  }

  async check(): Promise<void> {
    await this.#staged.check();
    const { file } = this.#job;
    if (this.#isMade && !isSameMark(await markOf(file), this.state.made.at(-1)))
      throw await changedFile(file, this.#job);
  }

  async clean(): Promise<void> {
    // Before the state, which says that they are of an export.
    if (this.state.outcome?.complete) await rm(stagedFileOf(this.#job.file), { force: true });
    await this.#staged.clean();
  }

  close(): Promise<void> {
    return this.#staged.close();
  }
}
