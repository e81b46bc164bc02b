import { rm } from "node:fs/promises";
import type { StopSignal } from "../stop-request.ts";
import { type ExportJob, targetOf } from "./export-job.ts";
import { type ExportOptions, ExportRun, Stopped } from "./export-run.ts";
import { newState } from "./export-state.ts";
import { endReplacing, findTarget, isToReplace, replaceFile } from "./export-target.ts";
import { manifestFileOf, stagedFileOf, stateFileOf, stateNameOf } from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import { exists, writeJSONFile } from "./json-file.ts";
import { LateSink } from "./late-sink.ts";
import { type Manifest, readOwnManifest, writeManifest } from "./manifest.ts";
import { openSink } from "./open-sink.ts";
import { stateOf } from "./saved-state.ts";
import { removeState } from "./side-files.ts";
import type { SinkMode } from "./sink.ts";

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
  /** The names of `file` and of what an export keeps beside it to go on. */
  readonly files: readonly string[];
}

/** Exports a list to a file, and writes its manifest. Throws if the export cannot begin. */
export async function runExport(asked: ExportJob, options: ExportOptions): Promise<ExportResult> {
  await endReplacing(asked);
  const target = await findTarget(asked, options.mode);
  if (target.kind === "finished") {
    await removeState(asked.file, asked.file);
    return target;
  }
  const { job, mode } = target;
  const { file } = job;
  const { sink, isFirst } = await openTarget(target, options).catch((error: unknown) => {
    throw fileProblem(error, file);
  });
  let isEmpty = false;
  try {
    const { outcome, rows } = sink.state;
    options.progress.begin(rows);
    const isEnough = options.maxItems !== undefined && rows >= options.maxItems;
    const hadEnough = outcome?.complete !== true && isEnough;
    const error = outcome?.complete || isEnough ? null : await new ExportRun(sink, options).walk();
    // Also for a Parquet file that was moved away: it is made again of its rows.
    if (sink.state.outcome === null || !(await exists(file))) {
      const enough = { complete: false, reason: "maxItems", incompleteBecause: null };
      await sink.commit({ ...sink.state, outcome: sink.state.outcome ?? enough });
    }
    await sink.finish();
    await sink.close();
    const before = sink.isOpen ? undefined : await readOwnManifest(file);
    const manifest = before ?? (await writeManifest(job, sink.state));
    const ended = { kind: "ended", manifest, error, hadEnough } as const;
    const isInPlace = job.replaces === undefined || (await isToReplace(manifest, job.replaces));
    if (!isInPlace) return { ...ended, file };
    await replaceFile(job, manifest);
    if (job.replaces === undefined) await sink.clean();
    return { ...ended, file: targetOf(job) };
  } catch (error) {
    const { rows } = sink.state;
    isEmpty = isFirst && rows === 0;
    const kept = {
      rows,
      file,
      isKept: !isEmpty && (mode.resume || sink.isOpen),
      files: filesFor(job),
    };
    if (error instanceof Stopped) return { kind: "stopped", signal: error.signal, ...kept };
    return { kind: "failed", error: fileProblem(error, file), ...kept };
  } finally {
    await sink.close().catch(() => {});
    if (isEmpty) await removeAll(job);
  }
}

/**
 * Opens the sink of an export. Where that would change what cannot be had again, it is opened with the first answer of the list: rows
 * of an earlier export that are replaced, and the manifest of rows that are gone on with. `isFirst` says that nothing of an export was
 * there: all that is there afterwards is of this one.
 */
async function openTarget(
  { job, mode }: { job: ExportJob; mode: SinkMode },
  { range, beforeChange }: Pick<ExportOptions, "range" | "beforeChange">,
): Promise<{ readonly sink: LateSink; readonly isFirst: boolean }> {
  const { file, format } = job;
  const manifestFile = manifestFileOf(file);
  const open = async () => {
    await beforeChange?.();
    // A Parquet file is as it was until its rows are all there.
    if (format === "parquet") return openSink(job, { mode, range });
    // Before the sink: it must not be taken for the manifest of the rows to come.
    const manifest = await readOwnManifest(file);
    await rm(manifestFile, { force: true });
    return openSink(job, { mode, range }).catch(async (error: unknown) => {
      if (manifest !== undefined) await writeJSONFile(manifestFile, manifest);
      throw error;
    });
  };
  const begun = await stateOf(file, { format });
  const hasManifest = await exists(manifestFile);
  const isFirst = begun === undefined && !hasManifest && !(await exists(file));
  const saved = mode.resume ? begun : undefined;
  const stateName = stateNameOf(file, format);
  const sink = new LateSink({ stateName, state: saved ?? newState(job, range) }, open);
  if (beforeChange === undefined && (isFirst || (saved !== undefined && !hasManifest))) await sink.open();
  return { sink, isFirst };
}

/** Removes an export that has no row. */
async function removeAll({ file, format }: ExportJob): Promise<void> {
  if (format === "sqlite") await (await import("./sqlite-database.ts")).removeDatabase(file);
  else for (const name of filesFor({ file, format })) await rm(name, { force: true });
}

function filesFor({ file, format }: Pick<ExportJob, "file" | "format">): readonly string[] {
  if (format === "sqlite") return [file];
  return [file, ...(format === "parquet" ? [stagedFileOf(file)] : []), stateFileOf(file)];
}
