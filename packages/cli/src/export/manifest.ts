import { basename } from "node:path";
import type { ExportJob } from "./export-job.ts";
import type { ExportIdentity, ExportOutcome, ExportState } from "./export-state.ts";
import { manifestFileOf } from "./file-names.ts";
import { isFormat } from "./formats.ts";
import { readJSONFile, writeJSONFile } from "./json-file.ts";
import { rowsDigest } from "./rows-digest.ts";
import { type Versions, versions } from "./versions.ts";

/** What is known of a file that was exported: `FILE.manifest.json`. */
export interface Manifest extends ExportIdentity {
  readonly v: 1;
  readonly file: string;
  readonly rows: number;
  readonly pages: number;
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

/** Writes the manifest of a file that has all rows of `state`. */
export async function writeManifest(job: ExportJob, state: ExportState): Promise<Manifest> {
  const { identity, startedAt, rows, pages, firstId, lastId, firstCursor, lastCursor, lastRequestId } = state;
  const manifest: Manifest = {
    v: 1,
    file: basename(job.file),
    ...identity,
    parameters: JSON.parse(JSON.stringify(job.parameters)),
    rows,
    pages,
    firstId,
    lastId,
    firstCursor,
    lastCursor,
    lastRequestId,
    startedAt,
    endedAt: new Date().toISOString(),
    outcome: state.outcome ?? { complete: false, reason: "unknown", incompleteBecause: null },
    ...(await rowsDigest(job.file, job.format)),
    versions: versions(),
  };
  await writeJSONFile(manifestFileOf(job.file), manifest);
  return manifest;
}

/** Reads the manifest of a file; `undefined` if there is none. Throws if it is not one. */
export async function readManifest(file: string): Promise<Manifest | undefined> {
  const value = await readJSONFile(manifestFileOf(file));
  if (value === undefined) return undefined;
  if (!isManifest(value)) throw new Error(`${manifestFileOf(file)} is not the manifest of an export`);
  return value;
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === "object" &&
    value !== null &&
    "v" in value &&
    value.v === 1 &&
    "format" in value &&
    isFormat(value.format) &&
    "rows" in value &&
    typeof value.rows === "number" &&
    "sha256" in value &&
    typeof value.sha256 === "string" &&
    "bytes" in value &&
    typeof value.bytes === "number" &&
    "outcome" in value &&
    typeof value.outcome === "object" &&
    value.outcome !== null
  );
}
