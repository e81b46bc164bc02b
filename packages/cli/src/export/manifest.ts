import { stat } from "node:fs/promises";
import { basename } from "node:path";
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
import { isFormat } from "./formats.ts";
import { exists, readTextFile, undefinedIfMissing, writeJSONFile } from "./json-file.ts";
import { rowsDigest } from "./rows-digest.ts";
import { type Versions, versions } from "./versions.ts";

/** What is known of a file that was exported: `FILE.manifest.json`. */
export interface Manifest extends ExportIdentity {
  readonly v: 1;
  readonly file: string;
  readonly rows: number;
  readonly pages: number;
  /** How many items `--distinct-by` has left out. */
  readonly repeats: number;
  readonly firstId: string | null;
  readonly lastId: string | null;
  readonly firstCursor: string | null;
  readonly lastCursor: string | null;
  readonly lastRequestId: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcome: ExportOutcome;
  /** Of the uncompressed text for JSONL, of the bytes for CSV and Parquet, of the raw items in order for SQLite. */
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

/** Writes the manifest of a file that has all rows of `state`. */
export async function writeManifest(job: ExportJob, state: ExportState): Promise<Manifest> {
  const { identity, startedAt, rows, pages, repeats, firstId, lastId, firstCursor, lastCursor } = state;
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
    ...(await rowsDigest(job.file, job.format)),
    versions: versions(),
  };
  await writeJSONFile(manifestFileOf(job.file), manifest);
  return manifest;
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
  return json === undefined ? undefined : readChecked<Manifest>(json, { check: MANIFEST, where });
}
