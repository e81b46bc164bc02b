import type { ExportJob } from "./export-job.ts";
import type { ExportState } from "./export-state.ts";
import { FileSink } from "./file-sink.ts";
import type { Sink, SinkMode } from "./sink.ts";

/** Opens the sink of a job. The code of a format is loaded when it is used. */
export async function openSink(
  job: ExportJob,
  options: { readonly mode: SinkMode; readonly range: ExportState["range"] },
): Promise<Sink> {
  if (job.format === "parquet") return (await import("./parquet-sink.ts")).ParquetSink.open(job, options);
  if (job.format === "sqlite") return (await import("./sqlite-sink.ts")).SQLiteSink.open(job, options);
  return FileSink.open(job, options);
}
