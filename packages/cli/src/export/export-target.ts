import { lstat, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { CommandError, EXIT, UsageError } from "../failure.ts";
import { type ExportJob, startAgain, targetOf } from "./export-job.ts";
import { type ExportState, readState } from "./export-state.ts";
import { hasOtherRows, isSameMark, markOf } from "./file-mark.ts";
import {
  manifestFileOf,
  newFileOf,
  rowsFileOf,
  stagedFileOf,
  stateFileOf,
  temporaryFileOf,
} from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import type { Format } from "./formats.ts";
import { exists, syncFolder, undefinedIfMissing } from "./json-file.ts";
import {
  identityIn,
  isWanted,
  type Manifest,
  readManifest,
  readOwnManifest,
  readReplacingManifest,
} from "./manifest.ts";
import { counted } from "./progress-text.ts";
import { refuseOther } from "./refuse-other.ts";
import { findNewExport, stateOf } from "./saved-state.ts";
import { refuseForeign, refuseForeignParquet, removeState } from "./side-files.ts";
import type { SinkMode } from "./sink.ts";

/** Where the rows of an export go: to the file that the user named, or to one that replaces it at the end. */
export type ExportTarget =
  | { readonly kind: "finished"; readonly manifest: Manifest }
  | { readonly kind: "open"; readonly job: ExportJob; readonly mode: SinkMode };

/**
 * Finds out where the rows of an export go. Throws `CommandError` or `UsageError` if a file would be lost that is not of this
 * export, or if another export was begun. Nothing is written.
 */
export async function findTarget(job: ExportJob, mode: SinkMode): Promise<ExportTarget> {
  try {
    const target = await foundTarget(job, mode);
    if (target.kind === "finished") return target;
    await refuseForeign(target.job, mode);
    if (mode.resume) await refuseChanged(target.job);
    return target;
  } catch (error) {
    throw fileProblem(error, job.file);
  }
}

async function foundTarget(job: ExportJob, mode: SinkMode): Promise<ExportTarget> {
  const { file, format } = job;
  // Says what is wrong with the folder.
  await stat(`${dirname(file)}/.`);
  await refuseOddFile(job, mode);
  const replaced = (await markOf(file)) ?? null;
  const next: ExportJob = { ...job, file: newFileOf(file), replaces: file, replaced };
  const begun = await findNewExport(job);
  if (mode.overwrite) {
    const owner = await ownerOf(file, format);
    if (owner !== undefined) throw rowsOf(owner, file);
    return { kind: "open", job: next, mode };
  }
  if (begun !== undefined) {
    if (!mode.resume) throw new CommandError(unfinished(file));
    if (begun.state !== undefined) {
      refuseOther(begun.state, job);
      await refuseReplaced(job, { file, state: begun.state });
    }
    return { kind: "open", job: next, mode };
  }
  const isThere = await exists(file);
  const state = await stateOf(file, { format });
  if (mode.resume && isThere) {
    const manifest = await readManifest(file);
    if (manifest?.outcome.complete) return { kind: "finished", manifest: await finished(job, manifest) };
  } else if (!mode.resume) {
    if (state !== undefined && (format !== "sqlite" || state.outcome === null))
      throw new CommandError(unfinished(file));
    if (isThere) throw new CommandError(fileExists(file));
  }
  if (state !== undefined) refuseOther(state, job);
  // An empty file is that of an export that was killed when it began, or nothing is lost.
  else if (isThere && (await stat(file)).size > 0) {
    // It could not be started again either.
    if (await isSymbolicLink(file)) throw isALink(file);
    throw new UsageError(
      `Cannot resume ${file} because it has no checkpoint: rename it, or ${startAgain(job)}`,
    );
  }
  return { kind: "open", job, mode };
}

/** What is said of a file that is there. */
function fileExists(file: string): string {
  return `Cannot export to ${file} because it exists already: choose another name, or replace it with --overwrite`;
}

/** What is said of an export that has not ended. */
function unfinished(file: string): string {
  return `Cannot export to ${file} because an export to it has not ended: go on with --resume, or start again with --overwrite`;
}

/** The file whose export keeps its rows in `file` until it ends; `undefined` if there is no such export. */
async function ownerOf(file: string, format: Format): Promise<string | undefined> {
  const [replaced, staged] = [newFileOf(""), stagedFileOf("")].map((end) =>
    file.endsWith(end) ? file.slice(0, -end.length) : undefined,
  );
  if (replaced !== undefined) {
    const state = await stateOf(file, { format }).catch(() => undefined);
    if (state?.file === basename(replaced)) return replaced;
  }
  return staged !== undefined && (await readState(staged)) !== undefined ? staged : undefined;
}

function rowsOf(owner: string, file: string): CommandError {
  return new CommandError(
    `Cannot export to ${file} because it has rows of an export to ${owner}: let that one end, or choose another name`,
  );
}

/** A folder, a device or a pipe cannot be exported to, and a rename would replace a link instead of its file. */
async function refuseOddFile({ file, format }: ExportJob, { overwrite }: SinkMode): Promise<void> {
  const stats = await stat(file).catch(undefinedIfMissing);
  const isLink = await isSymbolicLink(file);
  if (isLink && stats === undefined)
    throw new CommandError(`Cannot write ${file}: it is a link to a file that does not exist`);
  if (stats !== undefined && !stats.isFile()) {
    throw new CommandError(`Cannot write ${file}: it is ${stats.isDirectory() ? "a folder" : "not a file"}`);
  }
  if (isLink && (overwrite || format === "parquet")) throw isALink(file);
}

async function isSymbolicLink(file: string): Promise<boolean> {
  return (await lstat(file).catch(undefinedIfMissing))?.isSymbolicLink() === true;
}

function isALink(file: string): CommandError {
  return new CommandError(`Cannot replace ${file} because it is a link: name the file itself`);
}

/** Checks the file of an export that is complete. */
async function finished(job: ExportJob, manifest: Manifest): Promise<Manifest> {
  refuseOther({ identity: identityIn(manifest) }, job, { isFinished: true });
  await refuseOtherSize(job, manifest);
  return manifest;
}

/**
 * Throws `CommandError` if the file of an export was changed since, or is another one: what is in it would be cut off when it is gone
 * on with. A database keeps what is not of the export, and has to have its rows.
 */
async function refuseChanged(job: ExportJob): Promise<void> {
  const { file, format } = job;
  if (format === "sqlite") return refuseOtherTable(job);
  const state = await readState(file);
  const manifest = (await exists(file)) ? await readOwnManifest(file) : undefined;
  if (manifest !== undefined) await refuseOtherSize(job, manifest);
  if (state === undefined) return;
  if (format === "parquet") await refuseForeignParquet(job, state);
  await refuseOtherRows(rowsFileOf(file, format), { job, state });
}

/** Throws `CommandError` if the table of a database does not have as many rows as were committed. */
async function refuseOtherTable(job: ExportJob): Promise<void> {
  const { file, format } = job;
  const state = await stateOf(file, { format });
  if (state === undefined) return;
  const { countRows } = await import("./sqlite-database.ts");
  const rows = (await countRows(file)) ?? 0;
  if (rows === state.rows) return;
  throw new CommandError(
    `Cannot resume ${file} because its table items has ${counted(rows, "row")} and had ${counted(state.rows, "row")} when its ` +
      `checkpoint was written: put that one back, or ${startAgain(job)}`,
  );
}

/** Throws `CommandError` if a file does not have the rows that were committed. */
async function refuseOtherRows(
  name: string,
  { job, state }: { job: ExportJob; state: ExportState },
): Promise<void> {
  const bytes = state.bytes ?? 0;
  const size = (await stat(name).catch(undefinedIfMissing))?.size;
  if (size === undefined ? bytes === 0 : !(await hasOtherRows(name, state))) return;
  const isOther = size !== undefined && size >= bytes;
  const why = isOther
    ? "it is not the file that the export has written"
    : size === undefined
      ? "it is gone"
      : `it has ${size} bytes and had ${bytes} when its checkpoint was written`;
  const remedy =
    bytes === 0
      ? "rename it, and repeat the command"
      : isOther
        ? // Rows that are not the file that the user named are in the way of --overwrite, too.
          `rename it and put that one back, or ${name === targetOf(job) ? "" : "rename it and "}${startAgain(job)}`
        : `put it back, or ${startAgain(job)}`;
  throw new CommandError(`Cannot resume ${name} because ${why}: ${remedy}`);
}

async function refuseOtherSize(job: ExportJob, { bytes }: Manifest): Promise<void> {
  const { file } = job;
  const { size } = await stat(file);
  if (size === bytes) return;
  throw new CommandError(
    `${file} is not as it was exported: it has ${size} bytes and had ${bytes}, says ${manifestFileOf(file)}. ` +
      `Rename it, or ${startAgain(job)}`,
    EXIT.incomplete,
  );
}

/** Throws `CommandError` if the file that is to be replaced is no longer the one that was there when the export began. */
async function refuseReplaced(
  { startedAt }: ExportJob,
  { file, state: { replaced } }: { readonly file: string; readonly state: ExportState },
): Promise<void> {
  const mark = await markOf(file);
  // Whoever has removed it wants none of it.
  if (mark === undefined || isSameMark(mark, replaced)) return;
  const again = startedAt === undefined ? ", or replace it as it is now with --overwrite" : "";
  throw new CommandError(
    `Cannot replace ${file} because it has changed since its export began: rename it and repeat the command with --resume${again}`,
  );
}

/** A part of a list does not replace a file, unless so many items were asked for. */
export async function isToReplace(manifest: Manifest, file: string): Promise<boolean> {
  return isWanted(manifest) || !(await exists(file));
}

/** Replaces a file by the new one, with its manifest, and with its state if the list may go on. */
export async function replaceFile(
  job: ExportJob,
  { manifest, state }: { readonly manifest: Manifest; readonly state: ExportState },
): Promise<void> {
  const { replaces: file, format } = job;
  if (file === undefined) return;
  await refuseReplaced(job, { file, state });
  if (format === "sqlite") await (await import("./sqlite-database.ts")).settleDatabase(file);
  // That of a file that is gone.
  if (!(await exists(file))) await rm(manifestFileOf(file), { force: true });
  // The manifest of the new file counts from here on: see `readManifest`.
  await rename(newFileOf(file), file);
  await syncFolder(file);
  await putInPlace(job, { file, manifest });
}

/** Puts what an export left that was killed while its file replaced another one in its place. */
export async function endReplacing(job: ExportJob): Promise<void> {
  const { file } = job;
  try {
    const manifest = await readReplacingManifest(file);
    if (manifest !== undefined) await putInPlace(job, { file, manifest });
  } catch (error) {
    throw fileProblem(error, file);
  }
}

/**
 * Gives what is beside a new file the names of what is beside the file that it has replaced. The manifest comes last: until
 * then, this can be done again.
 */
async function putInPlace(
  { format }: ExportJob,
  { file, manifest: { outcome } }: { file: string; manifest: Manifest },
): Promise<void> {
  const newFile = newFileOf(file);
  if (outcome.complete) {
    await removeState(file);
    await removeState(newFile, file);
  } else {
    for (const nameOf of format === "parquet" ? [stagedFileOf, stateFileOf] : [stateFileOf])
      await rename(nameOf(newFile), nameOf(file)).catch(undefinedIfMissing);
  }
  for (const name of [file, newFile].flatMap((each) => [each, manifestFileOf(each), stateFileOf(each)]))
    await rm(temporaryFileOf(name), { force: true });
  await rename(manifestFileOf(newFile), manifestFileOf(file));
  await syncFolder(file);
}
