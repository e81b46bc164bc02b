import { rm } from "node:fs/promises";
import type { StopSignal } from "../stop-request.ts";
import { type ExportJob, targetOf } from "./export-job.ts";
import { type ExportOptions, ExportRun, Stopped } from "./export-run.ts";
import type { ExportState } from "./export-state.ts";
import { findTarget, replaceFile } from "./export-target.ts";
import { manifestFileOf, stagedFileOf, stateFileOf } from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import { exists } from "./json-file.ts";
import { type Manifest, writeManifest } from "./manifest.ts";
import { openSink } from "./open-sink.ts";

/** How an export ended, if no error was thrown. */
export type ExportResult =
  /** It had ended before. */
  | { readonly kind: "finished"; readonly manifest: Manifest }
  /** The list has ended. `error` says why it is not complete. `file` has the rows: the old file is not replaced by a part of a list. */
  | {
      readonly kind: "ended";
      readonly manifest: Manifest;
      readonly error: Error | null;
      readonly file: string;
    }
  | ({ readonly kind: "stopped"; readonly signal: StopSignal } & Kept)
  /** Something failed. The rows so far are kept. */
  | ({ readonly kind: "failed"; readonly error: unknown } & Kept);

/** What is there of an export that has not ended. */
export interface Kept {
  readonly rows: number;
  /** The file that has the rows. */
  readonly file: string;
  /** Whether the export can go on. */
  readonly isKept: boolean;
}

/** Exports a list to a file, and writes its manifest. Throws if the export cannot begin. */
export async function runExport(asked: ExportJob, options: ExportOptions): Promise<ExportResult> {
  const target = await findTarget(asked, options.mode);
  if (target.kind === "finished") return target;
  const { job, mode } = target;
  const { file } = job;
  // Before the sink: the manifest of a file that is gone must not be taken for that of the new one.
  if (mode.overwrite || !(await exists(file))) await removeFile(manifestFileOf(file), job);
  const sink = await openSink(job, { mode, range: options.range }).catch((error: unknown) => {
    throw fileProblem(error, file);
  });
  const isNew = sink.state.checkpoint === null;
  let isEmpty = false;
  try {
    await rm(manifestFileOf(file), { force: true });
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
    await sink.close();
    const manifest = await writeManifest(job, sink.state);
    const isInPlace = job.replaces === undefined || (await isToReplace(job, manifest));
    if (!isInPlace) return { kind: "ended", manifest, error, file };
    await replaceFile(job, manifest);
    if (job.replaces === undefined) await sink.clean();
    return { kind: "ended", manifest, error, file: targetOf(job) };
  } catch (error) {
    const { rows } = sink.state;
    // What was begun before says that the old file is not the one that was asked for.
    const isAnnounced = job.replaces !== undefined && (options.keepsEmpty || mode.resume);
    isEmpty = isNew && rows === 0 && !isAnnounced;
    const kept = { rows, file, isKept: !isEmpty };
    if (error instanceof Stopped) return { kind: "stopped", signal: error.signal, ...kept };
    return { kind: "failed", error: fileProblem(error, file), ...kept };
  } finally {
    await sink.close().catch(() => {});
    if (isEmpty) await removeAll(job);
  }
}

/** A part of a list does not replace a file, unless so many items were asked for. */
async function isToReplace({ replaces = "" }: ExportJob, { outcome }: Manifest): Promise<boolean> {
  return outcome.complete || outcome.reason === "maxItems" || !(await exists(replaces));
}

/**
 * Notes that a file is to be replaced, before anything is requested. An export of several files is resumed by what is beside
 * each of them.
 */
export async function beginReplacing(asked: ExportJob, range: ExportState["range"]): Promise<void> {
  const mode = { resume: false, overwrite: true };
  const target = await findTarget(asked, mode);
  if (target.kind === "finished") return;
  const { job } = target;
  await removeFile(manifestFileOf(job.file), job);
  try {
    await (await openSink(job, { mode, range })).close();
  } catch (error) {
    throw fileProblem(error, job.file);
  }
}

/** Removes an export that has no row. */
async function removeAll({ file, format }: ExportJob): Promise<void> {
  if (format === "sqlite") await (await import("./sqlite-database.ts")).removeDatabase(file);
  else for (const name of [file, stagedFileOf(file), stateFileOf(file)]) await rm(name, { force: true });
}

async function removeFile(name: string, { file }: ExportJob): Promise<void> {
  await rm(name, { force: true }).catch((error: unknown) => {
    throw fileProblem(error, file);
  });
}
