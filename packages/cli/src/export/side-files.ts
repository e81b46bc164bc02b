import { open, rm } from "node:fs/promises";
import { basename } from "node:path";
import { CommandError } from "../failure.ts";
import { type ExportJob, targetOf } from "./export-job.ts";
import { type ExportState, readState } from "./export-state.ts";
import { hasOtherRows, isSameMark, markOf } from "./file-mark.ts";
import { manifestFileOf, rowsFileOf, stagedFileOf, stateFileOf, temporaryFileOf } from "./file-names.ts";
import { exists } from "./json-file.ts";
import { readOwnManifest } from "./manifest.ts";
import type { SinkMode } from "./sink.ts";

/** The error for a file of the user that has the name of one that an export needs. */
export function inTheWay(file: string, name: string): CommandError {
  return new CommandError(
    `Cannot export to ${file} because ${name} is in the way, which is not of this export: rename it, or choose another name`,
  );
}

/**
 * Throws `CommandError` unless all files beside a file that its export makes, replaces or removes are those of an export. State and
 * manifest are if they have the right content, rows of Parquet if there is a state. Temporary files are by their name.
 */
export async function refuseForeign(job: ExportJob, { resume }: SinkMode): Promise<void> {
  const target = targetOf(job);
  for (const file of new Set([target, job.file])) {
    const state = await readState(file);
    const isManifest = await readOwnManifest(file).then(
      () => true,
      () => false,
    );
    if (!isManifest) throw inTheWay(target, manifestFileOf(file));
    if (job.format === "sqlite") {
      await refuseBesideDatabase(file, target);
      continue;
    }
    const rows = rowsFileOf(file, job.format);
    // Rows that are gone on with are looked at later. The user has asked for the file itself to be replaced.
    if (rows === target || (resume && file === job.file && state !== undefined)) continue;
    const isForeign =
      state === undefined ? rows !== file && (await exists(rows)) : await hasOtherRows(rows, state);
    if (isForeign) throw inTheWay(target, rows);
  }
}

/** Throws `CommandError` if the Parquet file that is there was made of other rows than those of an export. */
export async function refuseForeignParquet(
  job: ExportJob,
  { made }: Pick<ExportState, "made">,
): Promise<void> {
  const { file } = job;
  // What the file is that a manifest is about, its size says.
  if (!(await exists(file)) || (await exists(manifestFileOf(file)))) return;
  const mark = await markOf(file);
  if (!made.some((each) => isSameMark(each, mark))) throw inTheWay(targetOf(job), file);
}

/** Without its database, a journal is of no use, and SQLite removes it. A file of another kind, or a WAL, is one of the user. */
async function refuseBesideDatabase(file: string, target: string): Promise<void> {
  const { isDatabase } = await import("./sqlite-database.ts");
  if (await isDatabase(file)) return;
  for (const end of ["-journal", "-wal", "-shm"]) {
    const name = `${file}${end}`;
    if ((await exists(name)) && !(end === "-journal" && (await isJournal(name))))
      throw inTheWay(target, name);
  }
}

/** Whether a file begins as a rollback journal does (https://www.sqlite.org/fileformat.html, 3). It may have been cut off. */
async function isJournal(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    const magic = buffer.toString("hex");
    return bytesRead === 0 || magic === "d9d505f920a163d7" || magic === "0000000000000000";
  } finally {
    await handle.close();
  }
}

/**
 * Removes what an export to `target` needs only to go on; without `target`, what any export has left. What has the names of such
 * files and is not of an export stays.
 */
export async function removeState(file: string, target?: string): Promise<void> {
  const state = await readState(file).catch(() => undefined);
  if (state === undefined || (target !== undefined && state.file !== basename(target))) return;
  if (state.identity.format === "parquet") await rm(stagedFileOf(file), { force: true });
  for (const name of [temporaryFileOf(stateFileOf(file)), stateFileOf(file)]) await rm(name, { force: true });
}
