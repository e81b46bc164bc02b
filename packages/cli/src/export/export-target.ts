import { lstat, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { CommandError, EXIT, UsageError } from "../failure.ts";
import { type ExportJob, startAgain, targetOf } from "./export-job.ts";
import { readState } from "./export-state.ts";
import { manifestFileOf, newFileOf, stagedFileOf, stateFileOf, temporaryFileOf } from "./file-names.ts";
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
import { refuseOther } from "./refuse-other.ts";
import { findNewExport, stateOf } from "./saved-state.ts";
import { inTheWay, refuseForeign, removeState } from "./side-files.ts";
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
    await refuseForeign(target.job);
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
  const next: ExportJob = { ...job, file: newFileOf(file), replaces: file };
  const begun = await findNewExport(file, format);
  if (mode.overwrite) {
    const owner = await ownerOf(file, format);
    if (owner !== undefined) throw rowsOf(owner, file);
    return { kind: "open", job: next, mode };
  }
  if (begun !== undefined) {
    if (!mode.resume) throw new CommandError(unfinished(file));
    if (begun.state !== undefined) refuseOther(begun.state, job);
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
  const isLink = (await lstat(file).catch(undefinedIfMissing))?.isSymbolicLink() === true;
  if (isLink && stats === undefined)
    throw new CommandError(`Cannot write ${file}: it is a link to a file that does not exist`);
  if (stats !== undefined && !stats.isFile()) {
    throw new CommandError(`Cannot write ${file}: it is ${stats.isDirectory() ? "a folder" : "not a file"}`);
  }
  if (isLink && (overwrite || format === "parquet")) {
    throw new CommandError(`Cannot replace ${file} because it is a link: name the file itself`);
  }
}

/** Checks the file of an export that is complete. */
async function finished(job: ExportJob, manifest: Manifest): Promise<Manifest> {
  refuseOther({ identity: identityIn(manifest) }, job, { isFinished: true });
  await refuseOtherSize(job, manifest);
  return manifest;
}

/**
 * Throws `CommandError` if a file that has ended was changed since: what was added to it would be cut off when it is gone on with. A
 * database keeps what is not of the export. A Parquet file is made when the list has ended: an earlier one is of the user.
 */
async function refuseChanged(job: ExportJob): Promise<void> {
  const { file, format } = job;
  if (format === "sqlite") return;
  const state = await readState(file);
  if (await exists(file)) {
    const manifest = await readOwnManifest(file);
    if (manifest !== undefined) await refuseOtherSize(job, manifest);
    else if (format === "parquet" && state?.outcome === null) throw inTheWay(targetOf(job), file);
  }
  await refuseLost(format === "parquet" ? stagedFileOf(file) : file, { job, bytes: state?.bytes ?? 0 });
}

/** Throws `CommandError` if a file has less than was committed. */
async function refuseLost(rows: string, { job, bytes }: { job: ExportJob; bytes: number }): Promise<void> {
  const size = (await stat(rows).catch(undefinedIfMissing))?.size;
  if ((size ?? 0) >= bytes) return;
  const what =
    size === undefined
      ? "it is gone"
      : `it has ${size} bytes and had ${bytes} when its checkpoint was written`;
  throw new CommandError(`Cannot resume ${rows} because ${what}: put it back, or ${startAgain(job)}`);
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

/** A part of a list does not replace a file, unless so many items were asked for. */
export async function isToReplace(manifest: Manifest, file: string): Promise<boolean> {
  return isWanted(manifest) || !(await exists(file));
}

/** Replaces a file by the new one, with its manifest, and with its state if the list may go on. */
export async function replaceFile(job: ExportJob, manifest: Manifest): Promise<void> {
  const { replaces: file, format } = job;
  if (file === undefined) return;
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
