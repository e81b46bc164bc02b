import { CommandError, UsageError } from "../failure.ts";
import type { ExportJob } from "./export-job.ts";
import { type ExportPlan, filesOf, type PlannedPart } from "./export-plan.ts";
import { splitFileOf } from "./file-names.ts";
import { fileProblem } from "./file-problem.ts";
import { refuseOther } from "./refuse-other.ts";
import { type SavedExport, savedExport } from "./saved-state.ts";
import type { SinkMode } from "./sink.ts";
import { lastEnd, rangeParams, type SplitBy, type SplitRange, wholeRange } from "./split-ranges.ts";
import { newRecord, readRecord, type SplitRecord } from "./split-record.ts";

/** The files of an export, and how to open each of them. */
export interface PreparedExport {
  readonly parts: readonly PlannedPart[];
  /** The record of an export of several files; `undefined` for one file. */
  readonly record: SplitRecord | undefined;
  /** Whether there was a record, which the export goes on with or replaces. */
  readonly hadRecord: boolean;
  /** Whether `record` is not the one that there was. */
  readonly isNewRecord: boolean;
  /** Whether the command, if it were typed for the first time now, would be about another range: `-7d` is. */
  readonly isOtherRange: boolean;
  modeOf(index: number): Promise<SinkMode>;
}

const RESUME: SinkMode = { resume: true, overwrite: false };
const OVERWRITE: SinkMode = { resume: false, overwrite: true };

/** Reads what is known of an export, and returns its files: those that it was begun with, or new ones. Nothing is written. */
export async function prepareExport(plan: ExportPlan): Promise<PreparedExport> {
  const { job, mode, split } = plan;
  if (split !== undefined) return prepareSplit(plan, split);
  const saved = mode.resume
    ? await savedExport(job).catch((error: unknown) => {
        throw fileProblem(error, job.file);
      })
    : undefined;
  return {
    parts: filesOf(plan, asBegun(job, saved) ?? job),
    record: undefined,
    hadRecord: false,
    isNewRecord: false,
    isOtherRange: false,
    modeOf: async () => mode,
  };
}

/**
 * The job with the parameters of the export that was begun, if the filters were typed as now: with `-7d`, the times of the first
 * command are those of the export. Else `undefined`.
 */
function asBegun(job: ExportJob, begun: Pick<SavedExport, "identity"> | undefined): ExportJob | undefined {
  const identity = begun?.identity;
  return JSON.stringify(identity?.typed) === JSON.stringify(job.typed)
    ? { ...job, parameters: { ...identity?.parameters, limit: job.parameters["limit"] } }
    : undefined;
}

async function prepareSplit(plan: ExportPlan, split: SplitRange): Promise<PreparedExport> {
  const { job, mode } = plan;
  const { by } = split;
  const saved = await readRecord(job.file);
  if (saved !== undefined && !mode.resume && !mode.overwrite) throw unfinished(job.file, saved);
  const begun = mode.resume ? saved : undefined;
  // The range of now may be none: it is only asked for without one that was begun.
  const whole = asBegun(job, begun) ?? {
    ...job,
    parameters: wholeRange(plan.list, { by, parameters: job.parameters }),
  };
  if (begun !== undefined) {
    if (begun.by !== by) throw otherPeriod(job.file, { begun: begun.by, by });
    refuseOther(begun, whole);
  }
  const record = begun ?? newRecord(whole, { ...split, mode: mode.overwrite ? "overwrite" : "new" });
  const parts = filesOf(plan, { ...whole, startedAt: record.startedAt }, record);
  return {
    parts,
    record,
    hadRecord: saved !== undefined,
    isNewRecord: begun === undefined,
    isOtherRange: begun !== undefined && isOtherNow(plan, { split, begun }),
    modeOf: async (index) => {
      if (record.mode === "new") return mode;
      // What is damaged is refused, or replaced, with the file.
      const part = parts[index]?.job;
      const known = part && (await savedExport(part).catch(() => undefined));
      return known?.startedAt === record.startedAt ? RESUME : OVERWRITE;
    },
  };
}

/** Whether the range of the command, or a bound of it that is not named, is another one by now. */
function isOtherNow(
  { list, job: { parameters } }: ExportPlan,
  { split, begun }: { split: SplitRange; begun: SplitRecord },
): boolean {
  const range = rangeParams(list);
  if (range === undefined) return false;
  const before = begun.identity.parameters;
  return (
    before[range.from] !== parameters[range.from] ||
    before[range.to] !== (parameters[range.to] ?? lastEnd(range, split.by)) ||
    (range.bounds === "exclusive" && begun.isStartWhole !== split.isStartWhole) ||
    (range.bounds === "inclusive" && begun.isEndNamed !== split.isEndNamed)
  );
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
