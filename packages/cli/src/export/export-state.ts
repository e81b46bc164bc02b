import { basename } from "node:path";
import type { Checkpoint } from "pageturn";
import { CommandError } from "../failure.ts";
import { anObject, type Check, count, exactly, flag, listOf, nullable, shape, text } from "./checks.ts";
import { type ExportJob, type ExportSource, targetOf } from "./export-job.ts";
import { type FileMark, MARK } from "./file-mark.ts";
import { stateFileOf } from "./file-names.ts";
import { readTextFile } from "./json-file.ts";

/** How an export ended. */
export interface ExportOutcome {
  readonly complete: boolean;
  readonly reason: string;
  readonly incompleteBecause: string | null;
}

/** What an export is about. A resumed export must have the same. */
export interface ExportIdentity extends ExportSource {
  /** The id of the organization that the API names in its responses; `null` before the first one, and if it names none. */
  readonly organization: string | null;
  readonly format: string;
  readonly endpoint: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The filters as they were typed. Those of a resumed export may be written in another way. */
  readonly typed: readonly string[];
  readonly fields: readonly string[] | null;
  readonly distinctBy: string | null;
  readonly csvSafe: boolean;
  readonly parallel: boolean;
}

/** The progress of an export: all that is needed to go on. */
export interface ExportState {
  readonly v: 1;
  /** The name of the file that the user asked for. The state of a file that replaces it has this name, too. */
  readonly file: string;
  readonly identity: ExportIdentity;
  readonly startedAt: string;
  /** The range of time of an export in slices: its end is fixed when it begins. */
  readonly range: { readonly from: string; readonly to: string } | null;
  readonly rows: number;
  readonly pages: number;
  /** How many items were left out: by `--distinct-by`, or as their page repeats the one before. */
  readonly repeats: number;
  /** The length of the file up to which it has these rows; `null` where the file keeps account itself. */
  readonly bytes: number | null;
  /** Of the rows up to `bytes`; of the first ones, while they are written; `null` before, and where the file keeps account itself. */
  readonly mark: FileMark | null;
  /** Of the Parquet files that were made of the rows: the one that is there, and the one that is to replace it. */
  readonly made: readonly FileMark[];
  /** The file that is replaced at the end, as it was when the export began; `null` if there was none. */
  readonly replaced: FileMark | null;
  readonly firstId: string | null;
  readonly lastId: string | null;
  readonly firstCursor: string | null;
  readonly lastCursor: string | null;
  readonly lastRequestId: string | null;
  /** Where the walk goes on; `null` at its start. */
  readonly checkpoint: Checkpoint | null;
  /** The last keys of `--distinct-by`, the oldest first. Without it, the ids of the page before `checkpoint`. */
  readonly keys: readonly string[];
  /** `null` while the list has not ended. */
  readonly outcome: ExportOutcome | null;
}

/** The members that the identity has in a state, and in a manifest. */
export const IDENTITY: Readonly<Record<keyof ExportIdentity, Check>> = {
  organization: nullable(text),
  baseURL: text,
  workspace: nullable(text),
  apiVersion: nullable(text),
  format: text,
  endpoint: text,
  path: text,
  parameters: anObject,
  typed: listOf(text),
  fields: nullable(listOf(text)),
  distinctBy: nullable(text),
  csvSafe: flag,
  parallel: flag,
};

/** The counts and places that a state and a manifest have. */
export const COUNTS = {
  file: text,
  rows: count,
  pages: count,
  repeats: count,
  firstId: nullable(text),
  lastId: nullable(text),
  firstCursor: nullable(text),
  lastCursor: nullable(text),
  lastRequestId: nullable(text),
  startedAt: text,
} as const;

/** How an export ended, in a state and in a manifest. */
export const OUTCOME = shape({ complete: flag, reason: text, incompleteBecause: nullable(text) });

const STATE = shape({
  v: exactly(1),
  identity: shape(IDENTITY),
  ...COUNTS,
  range: nullable(shape({ from: text, to: text })),
  bytes: nullable(count),
  mark: nullable(MARK),
  made: listOf(MARK),
  replaced: nullable(MARK),
  // What else is in a checkpoint is checked by the walk that goes on with it.
  checkpoint: nullable(anObject),
  keys: listOf(text),
  outcome: nullable(OUTCOME),
} satisfies Readonly<Record<keyof ExportState, Check>>);

/** The identity of a job. The page size is no part of it: it does not change the rows. */
export function identityOf(job: ExportJob): ExportIdentity {
  const { limit: _, ...parameters } = job.parameters;
  return {
    organization: null,
    ...job.source,
    format: job.format,
    endpoint: job.endpoint,
    path: job.path,
    // As it is when it is read again.
    parameters: JSON.parse(JSON.stringify(parameters)),
    typed: job.typed,
    fields: job.fields,
    distinctBy: job.distinctBy,
    csvSafe: job.csvSafe,
    parallel: job.isParallel,
  };
}

/** The state before the first row. */
export function newState(job: ExportJob, range: ExportState["range"]): ExportState {
  return {
    v: 1,
    file: basename(targetOf(job)),
    identity: identityOf(job),
    startedAt: job.startedAt ?? new Date().toISOString(),
    range,
    rows: 0,
    pages: 0,
    repeats: 0,
    bytes: 0,
    mark: null,
    made: [],
    replaced: job.replaced ?? null,
    firstId: null,
    lastId: null,
    firstCursor: null,
    lastCursor: null,
    lastRequestId: null,
    checkpoint: null,
    keys: [],
    outcome: null,
  };
}

/** What to do about a file beside an export that is damaged. Not `--overwrite`: with `--split-by`, that is about all files. */
const REMOVE_IT =
  "Rename or remove the file of the export with its checkpoint and its manifest, and export it again";

/** The message for a file or a table of an export that is damaged. */
export function damaged(
  where: string,
  { problem, remedy = REMOVE_IT }: { problem: string; remedy?: string | undefined },
): string {
  return `Cannot use ${where} because it is damaged, or of another version: ${problem}. ${remedy}`;
}

/** Reads a value that was written as JSON. Throws `CommandError` with the name of the file and the rule that is broken. */
export function readChecked<T>(
  json: string,
  { check, where, remedy }: { check: Check; where: string; remedy?: string | undefined },
): T {
  let value: unknown;
  let problem: string | undefined;
  try {
    value = JSON.parse(json);
    problem = check(value, "it");
  } catch {
    problem = "it is not JSON";
  }
  if (problem !== undefined) throw new CommandError(damaged(where, { problem, remedy }));
  // The cast: the check has looked at every member.
  return value as T;
}

/** Reads the state in a text. */
export function parseState(
  json: string,
  options: { where: string; remedy?: string | undefined },
): ExportState {
  return readChecked<ExportState>(json, { check: STATE, ...options });
}

/**
 * Reads the state beside a file; `undefined` if there is none. An empty file is none: a state is created before anything
 * else, and may have been cut off then.
 */
export async function readState(file: string, remedy?: string): Promise<ExportState | undefined> {
  const where = stateFileOf(file);
  const json = await readTextFile(where);
  return json === undefined || json === "" ? undefined : parseState(json, { where, remedy });
}
