import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { CommandError } from "../failure.ts";
import { type Versions, versions } from "../versions.ts";
import { type Check, count, exactly, rule, shape, text } from "./checks.ts";
import { type ExportJob, targetOf } from "./export-job.ts";
import {
  COUNTS,
  type ExportIdentity,
  type ExportOutcome,
  type ExportState,
  IDENTITY,
  OUTCOME,
  readChecked,
} from "./export-state.ts";
import { manifestFileOf, newFileOf } from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import { isFormat } from "./formats.ts";
import { exists, readTextFile, undefinedIfMissing, writeJSONFile } from "./json-file.ts";
import { changedFile } from "./own-file.ts";
import { type RowsDigest, rowsDigest } from "./rows-digest.ts";
import type { Sink } from "./sink.ts";

/** What is known of a file that was exported: `FILE.manifest.json`. */
export interface Manifest extends ExportIdentity {
  readonly v: 1;
  readonly file: string;
  readonly rows: number;
  readonly pages: number;
  /** How many items were left out: by `--distinct-by`, or as their page repeats the one before. */
  readonly repeats: number;
  readonly firstId: string | null;
  readonly lastId: string | null;
  readonly firstCursor: string | null;
  readonly lastCursor: string | null;
  readonly lastRequestId: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcome: ExportOutcome;
  /** Of the uncompressed text for JSONL, of the bytes for CSV and Parquet, of the rows of the table for SQLite. */
  readonly sha256: string;
  readonly bytes: number;
  readonly versions: Versions;
}

const MANIFEST = shape({
  v: exactly(1),
  ...IDENTITY,
  ...COUNTS,
  format: rule(isFormat, "the name of a format"),
  endedAt: text,
  outcome: OUTCOME,
  sha256: text,
  bytes: count,
  versions: shape({ cli: text, pageturn: text, node: text }),
} satisfies Readonly<Record<keyof Manifest, Check>>);

/**
 * Writes the manifest of a file that has all rows that a sink has committed. Throws `ChangedFile` if the file has others: another
 * program has changed it.
 */
export async function writeManifest(job: ExportJob, sink: Sink): Promise<Manifest> {
  const { state } = sink;
  const { identity, startedAt, rows, pages, repeats, firstId, lastId, firstCursor, lastCursor } = state;
  const { sha256, bytes } = await committedRows(job, sink);
  const manifest: Manifest = {
    v: 1,
    file: basename(targetOf(job)),
    ...identity,
    parameters: JSON.parse(JSON.stringify(job.parameters)),
    rows,
    pages,
    repeats,
    firstId,
    lastId,
    firstCursor,
    lastCursor,
    lastRequestId: state.lastRequestId,
    startedAt,
    endedAt: new Date().toISOString(),
    outcome: state.outcome ?? { complete: false, reason: "unknown", incompleteBecause: null },
    sha256,
    bytes,
    versions: versions(),
  };
  await writeJSONFile(manifestFileOf(job.file), manifest);
  return manifest;
}

/** The digest of the rows that a sink has committed. Throws `ChangedFile` if others are found by the name of the file. */
async function committedRows(job: ExportJob, sink: Sink): Promise<RowsDigest> {
  const { file, format } = job;
  const digest = await rowsDigest(file, format).catch(async (error: unknown) => {
    await sink.check();
    // What an export has written can be read, unless it is for the disk.
    throw fileProblem(error, file) instanceof CommandError ? error : await changedFile(file, job, error);
  });
  // After it: the digest may be of a file that has lost its name since.
  await sink.check();
  if (digest.rows !== null && digest.rows !== sink.state.rows) throw await changedFile(file, job);
  return digest;
}

/** The manifest of a file that has all rows of `state`; `undefined` if the file is missing, or if its manifest is about fewer rows. */
export async function manifestOfRows(file: string, state: ExportState): Promise<Manifest | undefined> {
  const manifest = (await exists(file)) ? await readOwnManifest(file) : undefined;
  if (manifest === undefined) return undefined;
  // Another request or row changes one of them.
  const [made, wanted] = [manifest, state].map(({ rows, pages, repeats, lastRequestId, outcome }) => {
    return { rows, pages, repeats, lastRequestId, outcome };
  });
  return isDeepStrictEqual(made, wanted) ? manifest : undefined;
}

/** Reads the manifest of a file; `undefined` if there is none. Throws `CommandError` if it is not one. */
export async function readManifest(file: string): Promise<Manifest | undefined> {
  return (await readReplacingManifest(file)) ?? readOwnManifest(file);
}

/**
 * The manifest of a file that has been replaced, while it still has the name of that of the new file: an export was killed
 * between the two renames. A manifest whose file was moved away is not: it is about other rows.
 */
export async function readReplacingManifest(file: string): Promise<Manifest | undefined> {
  const newFile = newFileOf(file);
  // Looked for first: the file is renamed before its manifest.
  if (await exists(newFile)) return undefined;
  const manifest = await readOwnManifest(newFile).catch(() => undefined);
  const size = (await stat(file).catch(undefinedIfMissing))?.size;
  if (manifest?.file !== basename(file) || manifest.bytes !== size || !isFormat(manifest.format))
    return undefined;
  // A part of a list has only replaced a file that was not there, and a manifest then neither.
  if (!isWanted(manifest) && (await exists(manifestFileOf(file)))) return undefined;
  const digest = await rowsDigest(file, manifest.format).catch(() => undefined);
  return digest?.sha256 === manifest.sha256 ? manifest : undefined;
}

/** The identity of the export that a manifest is about, without the page size. */
export function identityIn(manifest: Manifest): ExportIdentity {
  const { limit: _, ...parameters } = manifest.parameters;
  return { ...manifest, parameters };
}

/** Whether a file has all the items that were asked for. */
export function isWanted({ outcome }: Manifest): boolean {
  return outcome.complete || outcome.reason === "maxItems";
}

/** The manifest beside a file, whatever it is about; `undefined` if there is none. Throws `CommandError` if it is not one. */
export async function readOwnManifest(file: string): Promise<Manifest | undefined> {
  const where = manifestFileOf(file);
  const json = await readTextFile(where);
  const remedy = "Rename or remove it";
  return json === undefined ? undefined : readChecked<Manifest>(json, { check: MANIFEST, where, remedy });
}
