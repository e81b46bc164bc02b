import { CheckpointError, CursorExpiredError } from "pageturn";
import { commandWords, incompleteness } from "../command-words.ts";
import { EXIT, exitCodeOf } from "../failure.ts";
import { type MessageOptions, messages } from "../messages.ts";
import { exitCodeOfSignal } from "../stop-request.ts";
import { manifestFileOf } from "./file-names.ts";
import { counted } from "./progress-text.ts";
import type { ExportResult, Kept } from "./run-export.ts";
import { resumeCommand, shellCommand } from "./shell-command.ts";

/** Says how the export to a file ended, and sets the exit code. */
export function reportResult(
  file: string,
  { result, options }: { result: ExportResult; options: MessageOptions },
): void {
  const { info, error: fail } = messages(options);
  const goOn = `Go on with: ${resumeCommand(process.argv.slice(2))}`;
  const asItWas = (written: string) => (written === file ? "" : ` ${file} is as it was.`);
  const kept = ({ rows, file: written }: Kept) =>
    `${counted(rows, "item")} of ${file} are kept${written === file ? "" : ` in ${written}`}.${asItWas(written)} ${goOn}`;
  if (result.kind === "stopped") {
    info(result.isKept ? `Stopped. ${kept(result)}` : "Stopped before the first item was kept.");
    process.exitCode = exitCodeOfSignal(result.signal);
  } else if (result.kind === "failed") {
    const exitCode = exitCodeOf(result.error);
    if (exitCode === null || !(result.error instanceof Error)) throw result.error;
    fail(commandWords(result.error.message));
    if (isPlaceGone(result.error)) info("The place to go on from is gone. Start again with --overwrite.");
    else if (result.isKept) info(kept(result));
    process.exitCode = exitCode;
  } else if (result.kind === "finished") {
    info(`${file} is finished: it has all ${counted(result.manifest.rows, "item")}.`);
  } else {
    const { rows, repeats, outcome } = result.manifest;
    const without = repeats === 0 ? "" : `, without ${counted(repeats, "repeat")}`;
    if (outcome.complete)
      info(
        `Exported ${counted(rows, "item")} to ${file}${without}. Check it with: ${shellCommand(["pageturn", "verify", file.startsWith("-") ? `./${file}` : file])}`,
      );
    else if (outcome.reason === "maxItems") {
      info(
        `Exported ${counted(rows, "item")} to ${file}${without}, as --max-items says. The list may have more.`,
      );
    } else {
      const { file: written } = result;
      const why =
        result.error === null
          ? `The list is incomplete: ${incompleteness(outcome) ?? outcome.reason}`
          : commandWords(result.error.message);
      fail(
        `${why}. ${counted(rows, "item")} of it are in ${written}${without}: see ${manifestFileOf(written)}.${asItWas(written)}`,
      );
      process.exitCode = (result.error && exitCodeOf(result.error)) ?? EXIT.incomplete;
    }
  }
}

/** Whether going on would fail again. */
function isPlaceGone(error: Error): boolean {
  return error instanceof CursorExpiredError || error instanceof CheckpointError;
}
