import { rm } from "node:fs/promises";
import type { StopSignal } from "../stop-request.ts";
import { type ExportJob, targetOf } from "./export-job.ts";
import { type ExportOptions, ExportRun, Stopped } from "./export-run.ts";
import { type ExportState, newState } from "./export-state.ts";
import { endReplacing, findTarget, isToReplace, replaceFile } from "./export-target.ts";
import { isSameMark, markOf } from "./file-mark.ts";
import { manifestFileOf, rowsFileOf, stagedFileOf, stateFileOf, stateNameOf } from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import { exists, writeJSONFile } from "./json-file.ts";
import { LateSink } from "./late-sink.ts";
import { type Manifest, manifestOfRows, readOwnManifest, writeManifest } from "./manifest.ts";
import { openSink } from "./open-sink.ts";
import { ChangedFile } from "./own-file.ts";
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
  const { file, format } = job;
  const { sink, isFirst } = await openTarget(target, options).catch((error: unknown) => {
    throw fileProblem(error, file);
  });
  let isEmpty = false;
  let changed: ChangedFile | undefined;
  try {
    const { outcome, rows } = sink.state;
    options.progress.begin(rows);
    const isEnough = options.maxItems !== undefined && rows >= options.maxItems;
    const hadEnough = outcome?.complete !== true && isEnough;
    const error = outcome?.complete || isEnough ? null : await new ExportRun(sink, options).walk();
    if (sink.state.outcome === null) {
      const outcome = { complete: false, reason: "maxItems", incompleteBecause: null };
      await sink.commit({ ...sink.state, outcome });
    }
    const before = sink.isOpen ? undefined : await manifestOfRows(file, sink.state);
    // A Parquet file is made of its rows also if it was moved away, or if the process ended before the file had all of them.
    if (before === undefined) await sink.open();
    await sink.finish();
    const manifest = before ?? (await writeManifest(job, sink));
    await sink.close();
    const ended = { kind: "ended", manifest, error, hadEnough } as const;
    const isInPlace = job.replaces === undefined || (await isToReplace(manifest, job.replaces));
    if (!isInPlace) return { ...ended, file };
    await replaceFile(job, { manifest, state: sink.state });
    if (job.replaces === undefined) await sink.clean();
    return { ...ended, file: targetOf(job) };
  } catch (error) {
    const { rows } = sink.state;
    isEmpty = isFirst && rows === 0;
    changed = error instanceof ChangedFile ? error : await changeOf(sink);
    const isThere = sink.isOpen || (mode.resume && (await exists(rowsFileOf(file, format))));
    const isKept = !isEmpty && changed === undefined && isThere;
    const kept = { rows, file, isKept, files: filesFor(job) };
    // Without a row, the reason why the list has failed says more.
    if (changed !== undefined && !isEmpty) return { kind: "failed", error: changed, ...kept };
    if (error instanceof Stopped) return { kind: "stopped", signal: error.signal, ...kept };
    return { kind: "failed", error: fileProblem(error, file), ...kept };
  } finally {
    await sink.close().catch(() => {});
    if (isEmpty) await removeAll(job, { state: sink.state, isChanged: changed !== undefined });
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

/** The error for a file that another program has changed; `undefined` if it is as it was written. */
function changeOf(sink: LateSink): Promise<ChangedFile | undefined> {
  return sink.check().then(
    () => undefined,
    (error: unknown) => (error instanceof ChangedFile ? error : undefined),
  );
}

/** Removes an export that has no row. `isChanged` says that another program has changed the file of the rows: it stays. */
async function removeAll(
  { file, format }: ExportJob,
  { state: { made }, isChanged }: { readonly state: ExportState; readonly isChanged: boolean },
): Promise<void> {
  if (format === "sqlite") {
    if (!isChanged) await (await import("./sqlite-database.ts")).removeDatabase(file);
    return;
  }
  const mark = format === "parquet" ? await markOf(file) : undefined;
  const isForeign = format === "parquet" ? !made.some((each) => isSameMark(each, mark)) : isChanged;
  if (!isForeign) await rm(file, { force: true });
  if (format === "parquet" && !isChanged) await rm(stagedFileOf(file), { force: true });
  await rm(stateFileOf(file), { force: true });
}

function filesFor({ file, format }: Pick<ExportJob, "file" | "format">): readonly string[] {
  if (format === "sqlite") return [file];
  return [file, ...(format === "parquet" ? [stagedFileOf(file)] : []), stateFileOf(file)];
}
