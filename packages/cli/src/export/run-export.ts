import { rm } from "node:fs/promises";
import type { ExportJob } from "./export-job.ts";
import { type ExportOptions, ExportRun, Stopped } from "./export-run.ts";
import { refuseOther } from "./export-state.ts";
import { manifestFileOf, stagedFileOf, stateFileOf } from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import { exists } from "./file-sink.ts";
import { type Manifest, readManifest, writeManifest } from "./manifest.ts";
import { openSink } from "./open-sink.ts";
import type { StopSignal } from "./stop-request.ts";

/** How an export ended, if no error was thrown. */
export type ExportResult =
  /** It had ended before. */
  | { readonly kind: "finished"; readonly manifest: Manifest }
  /** The list has ended. `error` says why it is not complete. */
  | { readonly kind: "ended"; readonly manifest: Manifest; readonly error: Error | null }
  | { readonly kind: "stopped"; readonly signal: StopSignal; readonly rows: number }
  /** Something failed. The rows so far are kept. */
  | { readonly kind: "failed"; readonly error: unknown; readonly rows: number };

/** Exports a list to a file, and writes its manifest. Throws if the export cannot begin. */
export async function runExport(job: ExportJob, options: ExportOptions): Promise<ExportResult> {
  const { file } = job;
  if (options.mode.resume) {
    const finished = await finishedBefore(job);
    if (finished !== undefined) return { kind: "finished", manifest: finished };
  }
  if (options.mode.overwrite) {
    // A list that cannot be had replaces nothing.
    try {
      await options.stop.whileWaiting(options.requestFirst());
    } catch (error) {
      if (options.stop.asked === null) throw error;
      return { kind: "stopped", signal: options.stop.asked, rows: 0 };
    }
    await rm(manifestFileOf(file), { force: true });
  } else if (!(await exists(file))) {
    // The manifest of a file that is gone must not be taken for that of the new one.
    await rm(manifestFileOf(file), { force: true }).catch(() => {});
  }
  const sink = await openSink(job, options).catch((error: unknown) => {
    throw fileProblem(error, file);
  });
  const isNew = sink.state.checkpoint === null;
  let isEmpty = false;
  try {
    if (options.mode.resume) await rm(manifestFileOf(file), { force: true });
    const { outcome, rows } = sink.state;
    options.progress.begin(rows);
    const isEnough = options.maxItems !== undefined && rows >= options.maxItems;
    const error = outcome?.complete || isEnough ? null : await new ExportRun(sink, options).walk();
    if (sink.state.outcome === null) {
      await sink.commit({
        ...sink.state,
        outcome: { complete: false, reason: "maxItems", incompleteBecause: null },
      });
    }
    await sink.finish();
    if (job.format === "sqlite") await sink.close();
    const manifest = await writeManifest(job, sink.state);
    await sink.clean();
    return { kind: "ended", manifest, error };
  } catch (error) {
    const { rows } = sink.state;
    isEmpty = isNew && rows === 0;
    if (error instanceof Stopped) return { kind: "stopped", signal: error.signal, rows };
    return { kind: "failed", error: fileProblem(error, file), rows };
  } finally {
    await sink.close().catch(() => {});
    if (isEmpty) await removeAll(file);
  }
}

/** Removes an export that has no row. */
async function removeAll(file: string): Promise<void> {
  for (const name of [file, stagedFileOf(file), stateFileOf(file)]) await rm(name, { force: true });
}

/** The manifest of an export that is complete. What it leaves if it is killed at its very end is removed. */
async function finishedBefore(job: ExportJob): Promise<Manifest | undefined> {
  const manifest = (await exists(job.file)) ? await readManifest(job.file) : undefined;
  if (manifest === undefined || !manifest.outcome.complete) return undefined;
  const { limit: _, ...parameters } = manifest.parameters;
  const { format, endpoint, path, typed, fields, csvSafe, parallel } = manifest;
  const identity = { format, endpoint, path, parameters, typed, fields, csvSafe, parallel };
  refuseOther({ identity }, job);
  for (const name of [stagedFileOf(job.file), stateFileOf(job.file)]) await rm(name, { force: true });
  return manifest;
}
