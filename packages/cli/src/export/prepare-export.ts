import type { APIList } from "pageturn/catalog";
import { CommandError, UsageError } from "../failure.ts";
import type { ExportJob } from "./export-job.ts";
import { type ExportPlan, filesOf, type PlannedPart } from "./export-plan.ts";
import { splitFileOf } from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import { refuseOther } from "./refuse-other.ts";
import { savedExport } from "./saved-state.ts";
import type { SinkMode } from "./sink.ts";
import { rangeParams, type SplitBy } from "./split-ranges.ts";
import { newRecord, readRecord, type SplitRecord } from "./split-record.ts";

/** The files of an export, and how to open each of them. */
export interface PreparedExport {
  readonly parts: readonly PlannedPart[];
  /** The record of an export of several files; `undefined` for one file. */
  readonly record: SplitRecord | undefined;
  /** Whether there was a record, which the export goes on with or replaces. */
  readonly hadRecord: boolean;
  /** Whether the command, if it were typed for the first time now, would be about another range: `-7d` is. */
  readonly isOtherRange: boolean;
  modeOf(index: number): Promise<SinkMode>;
}

const RESUME: SinkMode = { resume: true, overwrite: false };
const OVERWRITE: SinkMode = { resume: false, overwrite: true };

/** Reads what is known of an export, and returns its files: those that it was begun with, or new ones. Nothing is written. */
export async function prepareExport(plan: ExportPlan): Promise<PreparedExport> {
  const { job, mode, splitBy } = plan;
  if (splitBy !== undefined) return prepareSplit(plan, splitBy);
  const saved = mode.resume
    ? await savedExport(job.file, job.format).catch((error: unknown) => {
        throw fileProblem(error, job.file);
      })
    : undefined;
  return {
    parts: filesOf(plan, saved === undefined ? job : asBegun(job, saved)),
    record: undefined,
    hadRecord: false,
    isOtherRange: false,
    modeOf: async () => mode,
  };
}

/**
 * The job with the parameters of the export that was begun, if the filters were typed as now: with `-7d`, the times of the first
 * command are those of the export.
 */
function asBegun(job: ExportJob, { identity }: Pick<SplitRecord, "identity">): ExportJob {
  const isSame = JSON.stringify(identity.typed) === JSON.stringify(job.typed);
  return isSame ? { ...job, parameters: { ...identity.parameters, limit: job.parameters["limit"] } } : job;
}

async function prepareSplit(plan: ExportPlan, by: SplitBy): Promise<PreparedExport> {
  const { job, mode } = plan;
  const saved = await readRecord(job.file);
  if (saved !== undefined && !mode.resume && !mode.overwrite) throw unfinished(job.file, saved);
  const begun = mode.resume ? saved : undefined;
  const whole = begun === undefined ? job : asBegun(job, begun);
  if (begun !== undefined) {
    if (begun.by !== by) throw otherPeriod(job.file, { begun: begun.by, by });
    refuseOther(begun, whole);
  }
  const record = begun ?? newRecord(job, { by, mode: mode.overwrite ? "overwrite" : "new" });
  const parts = filesOf(plan, { ...whole, startedAt: record.startedAt });
  return {
    parts,
    record,
    hadRecord: saved !== undefined,
    isOtherRange: rangeNames(plan.list).some(
      (name) => record.identity.parameters[name] !== job.parameters[name],
    ),
    modeOf: async (index) => {
      if (record.mode === "new") return mode;
      const file = parts[index]?.job.file ?? "";
      return index < record.done || (await isOf(record, file, job)) ? RESUME : OVERWRITE;
    },
  };
}

function rangeNames(list: APIList): readonly string[] {
  const range = rangeParams(list);
  return range === undefined ? [] : [range.from, range.to];
}

/** Whether a file, or the one that is to replace it, was begun by the export with this record. */
async function isOf({ startedAt }: SplitRecord, file: string, { format }: ExportJob): Promise<boolean> {
  // What is damaged is refused, or replaced, with the file.
  const saved = await savedExport(file, format).catch(() => undefined);
  return saved?.startedAt === startedAt;
}

function unfinished(file: string, { by, startedAt }: SplitRecord): CommandError {
  return new CommandError(
    `Cannot export to ${file} by ${by} because ${splitFileOf(file)} says that such an export was begun on ${startedAt}: ` +
      "add --resume to go on, or --overwrite to begin again",
  );
}

function otherPeriod(file: string, { begun, by }: { begun: SplitBy; by: SplitBy }): UsageError {
  return new UsageError(
    `Cannot resume ${file} because it was begun with other parameters: it has --split-by ${begun}, and this command ` +
      `has --split-by ${by}. Repeat the first command with --resume, or start again with --overwrite`,
  );
}
