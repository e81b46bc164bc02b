import { rm } from "node:fs/promises";
import type { ExportJob } from "./export-job.ts";
import type { ExportState } from "./export-state.ts";
import { manifestFileOf, stagedFileOf } from "./file-names.ts";
import { FileSink } from "./file-sink.ts";
import { writeParquetFile } from "./parquet-file.ts";
import type { Sink, SinkMode } from "./sink.ts";

/** A sink that stages its rows as lines of JSON, and makes a Parquet file out of them at the end. */
export class ParquetSink implements Sink {
  readonly #job: ExportJob;
  readonly #staged: FileSink;

  private constructor(job: ExportJob, staged: FileSink) {
    this.#job = job;
    this.#staged = staged;
  }

  static async open(
    job: ExportJob,
    { mode, range }: { mode: SinkMode; range: ExportState["range"] },
  ): Promise<ParquetSink> {
    const staged = await FileSink.open(job, { mode, range, rows: stagedFileOf(job.file), format: "jsonl" });
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
    // Not before: until then, the file is the one that the manifest is about.
    await rm(manifestFileOf(file), { force: true });
    await writeParquetFile(file, { rows: stagedFileOf(file), columns, isWhole: fields === null });
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
