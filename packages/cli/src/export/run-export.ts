import { rm } from "node:fs/promises";
import type { StopSignal } from "../stop-request.ts";
import { type ExportJob, targetOf } from "./export-job.ts";
import { type ExportOptions, ExportRun, Stopped } from "./export-run.ts";
import { endReplacing, findTarget, replaceFile } from "./export-target.ts";
import { manifestFileOf, stagedFileOf, stateFileOf } from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import { exists } from "./json-file.ts";
import { type Manifest, writeManifest } from "./manifest.ts";
import { openSink } from "./open-sink.ts";
import { removeState } from "./side-files.ts";

/** How an export ended, if no error was thrown. */
export type ExportResult =
  /** It had ended before. */
  | { readonly kind: "finished"; readonly manifest: Manifest }
  /** The list has ended. `error` says why it is not complete. `file` has the rows: the old file is not replaced by a part of a list. */
  | {
      readonly kind: "ended";
      readonly manifest: Manifest;
      readonly error: Error | null;
      /** Whether the file had as many items as were asked for, so that nothing was requested. */
      readonly hadEnough: boolean;
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
  await endReplacing(asked);
  const target = await findTarget(asked, options.mode);
  if (target.kind === "finished") {
    await removeState(asked.file, { format: asked.format, target: asked.file });
    return target;
  }
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
    const hadEnough = outcome?.complete !== true && isEnough;
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
    const ended = { kind: "ended", manifest, error, hadEnough } as const;
    const isInPlace = job.replaces === undefined || (await isToReplace(job, manifest));
    if (!isInPlace) return { ...ended, file };
    await replaceFile(job, manifest);
    if (job.replaces === undefined) await sink.clean();
    return { ...ended, file: targetOf(job) };
  } catch (error) {
    const { rows } = sink.state;
    // What was begun before says that the old file is not the one that was asked for.
    const isAnnounced = job.replaces !== undefined && mode.resume;
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

/** Removes an export that has no row. */
async function removeAll({ file, format }: ExportJob): Promise<void> {
  if (format === "sqlite") await (await import("./sqlite-database.ts")).removeDatabase(file);
  else {
    const staged = format === "parquet" ? [stagedFileOf(file)] : [];
    for (const name of [file, ...staged, stateFileOf(file)]) await rm(name, { force: true });
  }
}

async function removeFile(name: string, { file }: ExportJob): Promise<void> {
  await rm(name, { force: true }).catch((error: unknown) => {
    throw fileProblem(error, file);
  });
}
