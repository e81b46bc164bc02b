import type { Checkpoint } from "pageturn";
import { UsageError } from "../failure.ts";
import type { ExportJob } from "./export-job.ts";

/** How an export ended. */
export interface ExportOutcome {
  readonly complete: boolean;
  readonly reason: string;
  readonly incompleteBecause: string | null;
}

/** What an export is about. A resumed export must have the same. */
export interface ExportIdentity {
  readonly format: string;
  readonly endpoint: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The filters as they were typed. Those of a resumed export may be written in another way. */
  readonly typed: readonly string[];
  readonly fields: readonly string[] | null;
  readonly csvSafe: boolean;
  readonly parallel: boolean;
}

/** The progress of an export: all that is needed to go on. */
export interface ExportState {
  readonly v: 1;
  readonly identity: ExportIdentity;
  readonly startedAt: string;
  /** The range of time of an export in slices: its end is fixed when it begins. */
  readonly range: { readonly from: string; readonly to: string } | null;
  readonly rows: number;
  readonly pages: number;
  /** The length of the file up to which it has these rows; `null` where the file keeps account itself. */
  readonly bytes: number | null;
  readonly firstId: string | null;
  readonly lastId: string | null;
  readonly firstCursor: string | null;
  readonly lastCursor: string | null;
  readonly lastRequestId: string | null;
  /** Where the walk goes on; `null` at its start. */
  readonly checkpoint: Checkpoint | null;
  /** `null` while the list has not ended. */
  readonly outcome: ExportOutcome | null;
}

/** The identity of a job. The page size is no part of it: it does not change the rows. */
function identityOf(job: ExportJob): ExportIdentity {
  const { limit: _, ...parameters } = job.parameters;
  return {
    format: job.format,
    endpoint: job.endpoint,
    path: job.path,
    // As it is when it is read again.
    parameters: JSON.parse(JSON.stringify(parameters)),
    typed: job.typed,
    fields: job.fields,
    csvSafe: job.csvSafe,
    parallel: job.isParallel,
  };
}

/** The state before the first row. */
export function newState(job: ExportJob, range: ExportState["range"]): ExportState {
  return {
    v: 1,
    identity: identityOf(job),
    startedAt: new Date().toISOString(),
    range,
    rows: 0,
    pages: 0,
    bytes: 0,
    firstId: null,
    lastId: null,
    firstCursor: null,
    lastCursor: null,
    lastRequestId: null,
    checkpoint: null,
    outcome: null,
  };
}

/** Whether a value is the state of an export that this version can go on with. */
export function isState(value: unknown): value is ExportState {
  return (
    typeof value === "object" &&
    value !== null &&
    "v" in value &&
    value.v === 1 &&
    "identity" in value &&
    typeof value.identity === "object" &&
    "rows" in value &&
    Number.isSafeInteger(value.rows) &&
    "checkpoint" in value
  );
}

/** Throws `UsageError` if a job is not the one that `state` is about: their rows would be mixed. */
export function refuseOther({ identity }: Pick<ExportState, "identity">, job: ExportJob): void {
  const before = flat(identity);
  const now = flat(identityOf(job));
  const names = [...new Set([...before.keys(), ...now.keys()])];
  const changed = names.filter((name) => before.get(name) !== now.get(name));
  if (changed.length === 0) return;
  const said = (values: ReadonlyMap<string, string>) =>
    changed.map((name) => `${name} ${values.get(name) ?? "not set"}`).join(", ");
  throw new UsageError(
    `Cannot resume ${job.file} because it was begun with other parameters: it has ${said(before)}, and this command has ` +
      `${said(now)}. Repeat the first command with --resume, or start again with --overwrite`,
  );
}

function flat({ parameters, typed: _, ...rest }: ExportIdentity): ReadonlyMap<string, string> {
  const entries = [...Object.entries(rest), ...Object.entries(parameters)];
  const sorted = entries.map(([name, value]) => [name, JSON.stringify(value)] as const);
  return new Map(sorted.filter(([, value]) => value !== undefined));
}
