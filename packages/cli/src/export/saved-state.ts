import { basename } from "node:path";
import type { ExportJob } from "./export-job.ts";
import { type ExportIdentity, type ExportState, readState } from "./export-state.ts";
import { newFileOf, stateFileOf } from "./file-names.ts";
import type { Format } from "./formats.ts";
import { exists } from "./json-file.ts";
import { identityIn, readManifest, readReplacingManifest } from "./manifest.ts";
import { inTheWay } from "./side-files.ts";

/**
 * The state of the export to a file, which is in the database or in a file beside it; `undefined` if there is none. Throws
 * `CommandError` if it is damaged: `remedy` is what to do then.
 */
export async function stateOf(
  file: string,
  { format, remedy }: { format: Format; remedy?: string | undefined },
): Promise<ExportState | undefined> {
  if (format === "sqlite") return (await import("./sqlite-database.ts")).stateIn(file, remedy);
  // An export that was killed while its file replaced another one has left the state under the name of the new file.
  const isReplacing = (await readReplacingManifest(file)) !== undefined;
  return (isReplacing ? await readState(newFileOf(file), remedy) : undefined) ?? readState(file, remedy);
}

type FileOfExport = Pick<ExportJob, "file" | "format" | "startedAt">;

/** An export that is to replace a file and has begun; without a state, if it has no row yet. */
export async function findNewExport({
  file,
  format,
  startedAt,
}: FileOfExport): Promise<{ readonly state: ExportState | undefined } | undefined> {
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
  // With `--split-by`, --overwrite is about all files.
  const how = startedAt === undefined ? "start again with --overwrite" : "repeat the command";
  const remedy = `Remove ${names}, and ${how}`;
  const state = await stateOf(newFile, { format, remedy });
  const isOwn = state === undefined ? format === "sqlite" || !isThere : state.file === basename(file);
  if (!isOwn) throw inTheWay(file, newFile);
  return { state };
}

/** What is known of the export that wrote a file, or that is to replace it. */
export interface SavedExport {
  readonly identity: ExportIdentity;
  readonly startedAt: string;
}

/** The export that has written a file or has begun to, of which `--resume` is the continuation; `undefined` if none is known. */
export async function savedExport(of: FileOfExport): Promise<SavedExport | undefined> {
  const { file, format } = of;
  const begun = await findNewExport(of);
  if (begun !== undefined) return begun.state;
  const state = await stateOf(file, { format });
  if (state !== undefined) return state;
  // What is known of a file that is gone says nothing of a new one.
  const manifest = (await exists(file)) ? await readManifest(file) : undefined;
  return manifest && { identity: identityIn(manifest), startedAt: manifest.startedAt };
}
