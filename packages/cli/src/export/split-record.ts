import { basename } from "node:path";
import { count, exactly, flag, rule, shape, text } from "./checks.ts";
import type { ExportJob } from "./export-job.ts";
import { type ExportIdentity, IDENTITY, identityOf, readChecked } from "./export-state.ts";
import { splitFileOf } from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import { readTextFile, writeJSONFile } from "./json-file.ts";
import type { SplitRange } from "./split-ranges.ts";

/** What is known of an export of several files while it has not ended: `OUTPUT.split.json`. */
export interface SplitRecord extends SplitRange {
  readonly v: 1;
  /** The name of the output, from which those of the files are made. */
  readonly file: string;
  /** Of the export as a whole. Its parameters have an end, also where none was typed. */
  readonly identity: ExportIdentity;
  /** `"overwrite"` if the files replace those that are there. */
  readonly mode: "new" | "overwrite";
  /** All files of the export have the same: it tells a new file from an old one. */
  readonly startedAt: string;
  /** How many files have ended. */
  readonly done: number;
}

const oneOf = (...values: readonly string[]) =>
  rule((value) => values.includes(String(value)), values.join(" or "));

const RECORD = shape({
  v: exactly(1),
  file: text,
  identity: shape(IDENTITY),
  by: oneOf("day", "month"),
  isStartWhole: flag,
  isEndNamed: flag,
  mode: oneOf("new", "overwrite"),
  startedAt: text,
  done: count,
} satisfies Readonly<Record<keyof SplitRecord, unknown>>);

/** The record of an export that begins. */
export function newRecord(job: ExportJob, how: SplitRange & Pick<SplitRecord, "mode">): SplitRecord {
  return {
    v: 1,
    file: basename(job.file),
    identity: identityOf(job),
    ...how,
    startedAt: new Date().toISOString(),
    done: 0,
  };
}

/** Reads the record of the export to an output; `undefined` if there is none. Throws `CommandError` if it is not one. */
export async function readRecord(output: string): Promise<SplitRecord | undefined> {
  const where = splitFileOf(output);
  const json = await readTextFile(where).catch((error: unknown) => {
    throw fileProblem(error, where);
  });
  const remedy = "Rename or remove it, and start again with --overwrite";
  return json === undefined ? undefined : readChecked<SplitRecord>(json, { check: RECORD, where, remedy });
}

/** Writes the record of the export to an output in one step. */
export async function writeRecord(output: string, record: SplitRecord): Promise<void> {
  const where = splitFileOf(output);
  await writeJSONFile(where, record).catch((error: unknown) => {
    throw fileProblem(error, where);
  });
}
