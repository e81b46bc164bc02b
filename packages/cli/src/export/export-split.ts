import { rm } from "node:fs/promises";
import { type MessageOptions, messages } from "../messages.ts";
import type { StopRequest } from "../stop-request.ts";
import { lockFile } from "./export-lock.ts";
import type { ExportPlan, PlannedPart } from "./export-plan.ts";
import { findTarget } from "./export-target.ts";
import { splitFileOf, temporaryFileOf } from "./file-names.ts";
import { type PreparedExport, prepareExport } from "./prepare-export.ts";
import { reportResult, reportStop } from "./report-result.ts";
import type { ExportResult } from "./run-export.ts";
import type { SinkMode } from "./sink.ts";
import { noteOfTotals } from "./split-ranges.ts";
import { writeRecord } from "./split-record.ts";

/** How to export one of several files. */
export interface SplitOptions {
  readonly stop: StopRequest;
  readonly options: MessageOptions;
  exportPart(parts: readonly PlannedPart[], of: PartToExport): Promise<ExportResult>;
}

/** One of the files, and how to export it. */
export interface PartToExport {
  readonly index: number;
  readonly mode: SinkMode;
  readonly beforeChange?: (() => Promise<void>) | undefined;
}

/**
 * Exports a list to a file for each day or month. A record beside the output has the identity and the progress of the export. It is
 * written before the first file is touched, and removed when all of them have ended.
 */
export async function exportSplit(plan: ExportPlan, split: SplitOptions): Promise<void> {
  const output = plan.job.file;
  const unlock = await lockFile(splitFileOf(output));
  try {
    const prepared = await prepareExport(plan);
    await checkFiles(prepared, split.stop);
    if (split.stop.asked !== null) {
      reportStop(split.stop.asked, { options: split.options, canGoOn: prepared.hadRecord });
      return;
    }
    const note = plan.split && noteOfTotals(plan.list, plan.split.by);
    if (note !== undefined) messages(split.options).info(note);
    await exportFiles(output, { prepared, split });
  } finally {
    unlock();
  }
}

/** Looks at all files before the first one is written. Throws if one of them cannot be exported to. */
async function checkFiles({ parts, modeOf }: PreparedExport, stop: StopRequest): Promise<void> {
  for (const [index, { job }] of parts.entries()) {
    if (stop.asked !== null) return;
    // One lock at a time: thousands of them would be too many.
    const unlock = await lockFile(job.file);
    try {
      await findTarget(job, await modeOf(index));
    } finally {
      unlock();
    }
  }
}

async function exportFiles(
  output: string,
  { prepared, split: { stop, options, exportPart } }: { prepared: PreparedExport; split: SplitOptions },
): Promise<void> {
  const { parts, record, hadRecord, isNewRecord, modeOf } = prepared;
  if (record === undefined) return;
  // The record of an earlier export is only replaced when the list has answered.
  let isWritten = !isNewRecord;
  const write = async () => {
    if (!isWritten) await writeRecord(output, record);
    isWritten = true;
  };
  if (!hadRecord) await write();
  // While nothing has changed, the command can be repeated as it is: then it leaves no record.
  let isToResume = hadRecord;
  // The record of an earlier export says nothing of this one.
  const canGoOn = () => isToResume && isWritten;
  let hasAll = true;
  try {
    for (const [index, { job }] of parts.entries()) {
      if (stop.asked !== null) {
        reportStop(stop.asked, { options, canGoOn: canGoOn() });
        return;
      }
      const unlock = await lockFile(job.file);
      const result = await modeOf(index)
        .then((mode) => exportPart(parts, { index, mode, beforeChange: isWritten ? undefined : write }))
        .finally(unlock);
      const hasFailed = result.kind === "failed" || result.kind === "stopped";
      isToResume ||= hasFailed ? result.isKept : result.kind === "ended";
      reportResult(job.file, { result, options, canGoOn: canGoOn(), isPart: true });
      if (hasFailed) return;
      if (result.kind === "finished") continue;
      // Without the record, an old file would be taken for the one that was asked for, and an end such as now would be another one.
      hasAll &&= result.file === job.file && (result.manifest.outcome.complete || !record.isEndNamed);
      await writeRecord(output, { ...record, done: Math.max(record.done, index + 1) });
    }
    if (!hasAll) return;
    // A range without an end moves on each day, also if the list was incomplete in one file: what is missing is known from the file.
    isToResume = false;
    if (prepared.isOtherRange) {
      messages(options).info(
        "This was the range of the first command. For the one that the command names now, type it again.",
      );
    }
  } finally {
    if (!isToResume) await removeRecord(output);
  }
}

async function removeRecord(output: string): Promise<void> {
  const name = splitFileOf(output);
  for (const file of [temporaryFileOf(name), name]) await rm(file, { force: true });
}
