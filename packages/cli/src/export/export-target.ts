import { lstat, rename, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { CommandError, EXIT } from "../failure.ts";
import type { ExportJob } from "./export-job.ts";
import { type ExportState, readState, refuseOther } from "./export-state.ts";
import { manifestFileOf, newFileOf, stagedFileOf, stateFileOf, temporaryFileOf } from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import type { Format } from "./formats.ts";
import { exists, syncFolder, undefinedIfMissing } from "./json-file.ts";
import { type Manifest, readManifest, readReplacingManifest } from "./manifest.ts";
import type { SinkMode } from "./sink.ts";

/** Where the rows of an export go: to the file that the user named, or to one that replaces it at the end. */
export type ExportTarget =
  | { readonly kind: "finished"; readonly manifest: Manifest }
  | { readonly kind: "open"; readonly job: ExportJob; readonly mode: SinkMode };

/**
 * Finds out where the rows of an export go. Throws if a file would be lost that is not of this export. Nothing is written,
 * except that what an export left that was killed at its very end is put in its place.
 */
export async function findTarget(job: ExportJob, mode: SinkMode): Promise<ExportTarget> {
  try {
    return await foundTarget(job, mode);
  } catch (error) {
    throw fileProblem(error, job.file);
  }
}

async function foundTarget(job: ExportJob, mode: SinkMode): Promise<ExportTarget> {
  const { file, format } = job;
  await refuseOddFile(file, mode);
  const replacing = await readReplacingManifest(file);
  if (replacing !== undefined) await putInPlace(file, replacing);
  const next: ExportJob = { ...job, file: newFileOf(file), replaces: file };
  const begun = await findNewExport(file, format);
  if (mode.overwrite) {
    if (begun === undefined) await refuseInTheWay(next);
    const staged = stagedFileOf(file);
    const isOther = format === "parquet" && (await exists(staged)) && !(await hasState(file));
    if (isOther) throw inTheWay(file, staged);
    return { kind: "open", job: next, mode };
  }
  if (begun !== undefined) {
    if (!mode.resume) throw new CommandError(unfinished(file));
    if (begun.state !== undefined) refuseOther(begun.state, job);
    return { kind: "open", job: next, mode };
  }
  const state = format === "sqlite" ? await stateInDatabase(file) : await readState(file);
  const isThere = await exists(file);
  if (mode.resume && isThere) {
    const manifest = await readManifest(file).catch((error: unknown) => {
      // An export that goes on writes another one.
      if (state === undefined) throw error;
      return undefined;
    });
    if (manifest?.outcome.complete) return { kind: "finished", manifest: await finished(job, manifest) };
  } else if (!mode.resume) {
    if (state !== undefined && (format !== "sqlite" || state.outcome === null))
      throw new CommandError(unfinished(file));
    if (isThere) throw new CommandError(fileExists(file));
  }
  if (state !== undefined) refuseOther(state, job);
  else if (!isThere) await refuseInTheWay(job);
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

/** A folder, a device or a pipe cannot be exported to, and a rename would replace a link instead of its file. */
async function refuseOddFile(file: string, { overwrite }: SinkMode): Promise<void> {
  const stats = await stat(file).catch(undefinedIfMissing);
  if (stats !== undefined && !stats.isFile()) {
    throw new CommandError(`Cannot write ${file}: it is ${stats.isDirectory() ? "a folder" : "not a file"}`);
  }
  if (overwrite && (await lstat(file).catch(undefinedIfMissing))?.isSymbolicLink()) {
    throw new CommandError(`Cannot replace ${file} because it is a link: name the file itself`);
  }
}

/** An export that is to replace a file and has begun; without a state, if it has no row yet. */
export async function findNewExport(
  file: string,
  format: Format,
): Promise<{ readonly state: ExportState | undefined } | undefined> {
  const newFile = newFileOf(file);
  const [isThere, json] = [await exists(newFile), await exists(stateFileOf(newFile))];
  if (!isThere && !json) return undefined;
  // It has replaced the file already.
  if (!isThere && (await readReplacingManifest(file)) !== undefined) return undefined;
  if (format === "sqlite") {
    if (!isThere) return undefined;
    const { isExportDatabase } = await import("./sqlite-database.ts");
    if (!(await isExportDatabase(newFile, { orEmpty: true }))) throw inTheWay(file, newFile);
  }
  const names = format === "sqlite" ? newFile : `${stateFileOf(newFile)} and ${newFile}`;
  const remedy = `Remove ${names}, and start again with --overwrite`;
  const state = await (format === "sqlite" ? stateInDatabase : readState)(newFile, remedy);
  const isOwn = state === undefined ? format === "sqlite" || !isThere : state.file === basename(file);
  if (!isOwn) throw inTheWay(file, newFile);
  return { state };
}

async function stateInDatabase(file: string, remedy?: string): Promise<ExportState | undefined> {
  return (await import("./sqlite-database.ts")).stateIn(file, remedy);
}

/** An export that begins makes these files. None of them may be one of the user. */
async function refuseInTheWay({ file, replaces, format }: ExportJob): Promise<void> {
  const manifestFile = manifestFileOf(file);
  const names = [temporaryFileOf(manifestFile), temporaryFileOf(stateFileOf(file))];
  if (format === "parquet") names.push(stagedFileOf(file), temporaryFileOf(file));
  if (format === "sqlite") names.push(`${file}-wal`);
  if (replaces !== undefined) names.push(file);
  for (const name of names) if (await exists(name)) throw inTheWay(replaces ?? file, name);
  const isManifest = await readManifest(file).then(
    () => true,
    () => false,
  );
  if (!isManifest) throw inTheWay(replaces ?? file, manifestFile);
}

function inTheWay(file: string, name: string): CommandError {
  return new CommandError(
    `Cannot export to ${file} because ${name} is in the way, which is not of this export: rename it, or choose another name`,
  );
}

/** Checks the file of an export that is complete, and removes what one leaves that is killed at its very end. */
async function finished(job: ExportJob, manifest: Manifest): Promise<Manifest> {
  const { file } = job;
  const { limit: _, ...parameters } = manifest.parameters;
  refuseOther({ identity: { ...manifest, parameters } }, job);
  const { size } = await stat(file);
  if (size !== manifest.bytes) {
    throw new CommandError(
      `${file} is not as it was exported: it has ${size} bytes and had ${manifest.bytes}, says ${manifestFileOf(file)}. ` +
        "Export it again with --overwrite",
      EXIT.incomplete,
    );
  }
  await removeState(file);
  return manifest;
}

/** Whether there is an export to go on with. */
async function hasState(file: string): Promise<boolean> {
  return (await readState(file).catch(() => undefined)) !== undefined;
}

/** Removes what an export needs only to go on. What has the names of such files and is not of an export stays. */
async function removeState(file: string): Promise<void> {
  if (!(await hasState(file))) return;
  await rm(stagedFileOf(file), { force: true });
  await rm(stateFileOf(file), { force: true });
}

/** Replaces a file by the new one, with its manifest, and with its state if the list may go on. */
export async function replaceFile({ replaces: file, format }: ExportJob, manifest: Manifest): Promise<void> {
  if (file === undefined) return;
  if (format === "sqlite") await (await import("./sqlite-database.ts")).settleDatabase(file);
  // The manifest of the new file counts from here on: see `readManifest`.
  await rename(newFileOf(file), file);
  await syncFolder(file);
  await putInPlace(file, manifest);
}

/**
 * Gives what is beside a new file the names of what is beside the file that it has replaced. The manifest comes last: until
 * then, this can be done again.
 */
async function putInPlace(file: string, { outcome }: Manifest): Promise<void> {
  const newFile = newFileOf(file);
  if (outcome.complete) {
    await removeState(file);
    await removeState(newFile);
    // It is of an export that is gone, also if it is damaged.
    await rm(stateFileOf(file), { force: true });
  } else {
    for (const nameOf of [stagedFileOf, stateFileOf])
      await rename(nameOf(newFile), nameOf(file)).catch(undefinedIfMissing);
  }
  await rename(manifestFileOf(newFile), manifestFileOf(file));
  await syncFolder(file);
}
