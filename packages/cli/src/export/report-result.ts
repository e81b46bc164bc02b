import { existsSync } from "node:fs";
import { CheckpointError, CursorExpiredError } from "pageturn";
import { commandWords, exportWords, incompleteness, isAboutSlices } from "../command-words.ts";
import { EXIT, exitCodeOf } from "../failure.ts";
import { type MessageOptions, messages } from "../messages.ts";
import { exitCodeOfSignal, type StopSignal } from "../stop-request.ts";
import { manifestFileOf } from "./file-names.ts";
import { counted } from "./progress-text.ts";
import type { ExportResult, Kept } from "./run-export.ts";
import { resumeCommand, shellCommand } from "./shell-command.ts";

/** What a report depends on. */
export interface ReportOptions {
  readonly options: MessageOptions;
  /** What `--max-items` says. */
  readonly maxItems?: number | undefined;
  /** Whether `--resume` has something to go on with, also where nothing of this file is kept. */
  readonly canGoOn?: boolean;
  /** Whether the file is one of several: `--overwrite` would be about all of them. */
  readonly isPart?: boolean;
}

/** Says that a signal has ended an export between two files, and sets the exit code. */
export function reportStop(signal: StopSignal, { options, canGoOn = false }: ReportOptions): void {
  messages(options).info(canGoOn ? `Stopped. ${goOn()}` : "Stopped before the first item was kept.");
  process.exitCode = exitCodeOfSignal(signal);
}

/** Says how the export to a file ended, and sets the exit code. */
export function reportResult(
  file: string,
  { result, ...report }: ReportOptions & { readonly result: ExportResult },
): void {
  const { options, canGoOn = false, isPart = false } = report;
  const { info, error: fail } = messages(options);
  const asItWas = (written: string) => (written === file ? "" : ` ${file} is as it was.`);
  const kept = ({ rows, file: written }: Kept) =>
    `${counted(rows, "item")} of ${file} are kept${written === file ? "" : ` in ${written}`}.${asItWas(written)} ${goOn()}`;
  if (result.kind === "stopped") {
    if (result.isKept) info(`Stopped. ${kept(result)}`);
    else reportStop(result.signal, report);
    process.exitCode = exitCodeOfSignal(result.signal);
  } else if (result.kind === "failed") {
    const exitCode = exitCodeOf(result.error);
    if (exitCode === null || !(result.error instanceof Error)) throw result.error;
    fail(exportWords(result.error.message));
    if (isPlaceGone(result.error) && result.isKept) {
      const files = result.files.filter((name) => existsSync(name)).join(" and ");
      const remedy = isPart ? `Remove ${files}. ${goOn()}` : "Start again with --overwrite.";
      info(`The place to go on from is gone. ${remedy}`);
    } else if (isAboutSlices(result.error) && (result.isKept || canGoOn)) info(AGAIN_WHOLE);
    else if (result.isKept) info(kept(result));
    else if (canGoOn) info(goOn());
    process.exitCode = exitCode;
  } else if (result.kind === "finished") {
    info(`${file} is finished: it has the whole list, ${counted(result.manifest.rows, "item")}.`);
  } else reportEnd(file, { ...report, result });
}

function reportEnd(
  file: string,
  {
    result: { manifest, error, hadEnough, file: written },
    options,
    maxItems,
    isPart = false,
  }: ReportOptions & { readonly result: Extract<ExportResult, { kind: "ended" }> },
): void {
  const { info, error: fail } = messages(options);
  const { rows, repeats, outcome } = manifest;
  const items = counted(rows, "item");
  const without = repeats === 0 ? "" : `, without ${counted(repeats, "repeat")}`;
  if (outcome.complete) {
    const check = shellCommand(["pageturn", "verify", file.startsWith("-") ? `./${file}` : file]);
    info(`Exported ${items} to ${file}${without}. Check it with: ${check}`);
  } else if (outcome.reason === "maxItems") {
    info(
      hadEnough
        ? `Nothing was requested: ${file} has ${items}, and --max-items is ${maxItems}. The list may have more.`
        : `Exported ${items} to ${file}${without}, as --max-items says. The list may have more.`,
    );
  } else {
    const why =
      error === null
        ? `The list is incomplete: ${incompleteness(outcome) ?? outcome.reason}`
        : commandWords(error.message);
    const asItWas = written === file ? "" : ` ${file} is as it was.`;
    fail(`${why}. ${items} of it are in ${written}${without}: see ${manifestFileOf(written)}.${asItWas}`);
    if (isAboutSlices(error)) info(AGAIN_WHOLE);
    else if (isPart) info("Ask for what is missing with --resume.");
    else info("Ask for the rest with --resume, or export the list again with --overwrite.");
    process.exitCode = (error && exitCodeOf(error)) ?? EXIT.incomplete;
  }
}

/** What to do where the list cannot be divided. */
const AGAIN_WHOLE = "Export the list again without --parallel, with --overwrite.";

/** The command to go on with. */
function goOn(): string {
  return `Go on with: ${resumeCommand(process.argv.slice(2))}`;
}

/** Whether going on would fail again. */
function isPlaceGone(error: Error): boolean {
  return error instanceof CursorExpiredError || error instanceof CheckpointError;
}
