import {
  type AsyncAnthropic,
  type AsyncPaginator,
  CheckpointError,
  CursorExpiredError,
  sliceByTime,
} from "pageturn";
import { valueAt } from "../catalog/columns.ts";
import type { ExportOptions } from "../commands/export.ts";
import { CommandError, exitCodeOf } from "../failure.ts";
import { messages } from "../messages.ts";
import { clientLogger, openClient, openList } from "../session.ts";
import { type ExportPlan, type PlannedPart, planExport } from "./export-plan.ts";
import type { ExportWalk, WalkRequest } from "./export-run.ts";
import { manifestFileOf, stateFileOf } from "./file-names.ts";
import { exists, fileExists, unfinished } from "./file-sink.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { counted } from "./progress-text.ts";
import { type ExportResult, runExport } from "./run-export.ts";
import { resumeCommand, shellCommand } from "./shell-command.ts";
import { keepHeapSmall } from "./small-heap.ts";
import { rangeParams } from "./split-ranges.ts";
import { exitCodeOfSignal, StopRequest } from "./stop-request.ts";

/** Checks all arguments, and exports the list: into one file, or one for each day or month. */
export async function exportList(
  args: { readonly name: string; readonly rest: readonly string[] },
  options: ExportOptions,
): Promise<void> {
  keepHeapSmall();
  const plan = await planExport(args, options);
  const client = openClient(options);
  try {
    const [first] = plan.parts;
    if (options.dryRun && first !== undefined) {
      await openList(client, plan.list, plan.pathArgs, first.job.parameters).firstPage();
      return;
    }
    if (!options.resume && !options.overwrite) await refuseExisting(plan.parts);
    await exportParts(plan, { client, options });
  } finally {
    await client.close();
  }
}

/** All files are looked at before the first one is written. */
async function refuseExisting(parts: readonly PlannedPart[]): Promise<void> {
  for (const { job } of parts) {
    if (await exists(stateFileOf(job.file))) throw new CommandError(unfinished(job.file));
    // The sink of a database says more.
    if (parts.length > 1 && (await exists(job.file))) throw new CommandError(fileExists(job.file));
  }
}

async function exportParts(
  plan: ExportPlan,
  { client, options }: { client: AsyncAnthropic; options: ExportOptions },
): Promise<void> {
  const meter = new ProgressMeter({ quiet: options.quiet ?? false, fractionOf: fractions(plan) });
  const counting = client.withOptions({ logger: retryCounter(meter, options), logLevel: "info" });
  const stop = new StopRequest(() => {
    // Below a bar.
    if (process.stderr.isTTY) process.stderr.write("\n");
    messages(options).info("Ending after this page. Press Ctrl-C again to end at once.");
  });
  try {
    for (const part of plan.parts) {
      const result = await runExport(part.job, {
        mode: { resume: options.resume ?? false, overwrite: options.overwrite ?? false },
        range: part.range,
        maxItems: plan.maxItems,
        keeps: part.keeps,
        progress: meter,
        stop,
        requestFirst: async () => {
          const { list, pathArgs } = plan;
          await openList(counting, list, pathArgs, part.job.parameters, { signal: stop.signal }).firstPage();
        },
        openWalk: (request) => openWalk({ client: counting, plan, part }, request),
      });
      const mayGoOn = result.kind === "finished" || (result.kind === "ended" && result.error === null);
      meter.stop();
      report(part, { result, options });
      if (!mayGoOn) return;
    }
  } finally {
    meter.stop();
    stop.dispose();
  }
}

function openWalk(
  { client, plan, part }: { client: AsyncAnthropic; plan: ExportPlan; part: PlannedPart },
  { resumeFrom, maxItems, range, signal, onPage }: WalkRequest,
): ExportWalk {
  const { list, pathArgs, parallel } = plan;
  const open = (from: AsyncAnthropic): AsyncPaginator<unknown> =>
    openList(from, list, pathArgs, part.job.parameters, { signal });
  if (range === null) return open(client).items({ resumeFrom, maxItems, onPage, prefetch: 1 });
  return sliceByTime(open(client.withOptions({ walk: { onPage } })), {
    ...range,
    resumeFrom,
    concurrency: parallel,
  });
}

/** Counts the lines of the log that speak of retries. */
function retryCounter(meter: ProgressMeter, options: ExportOptions): ReturnType<typeof clientLogger> {
  const logger = clientLogger(options);
  return {
    ...logger,
    info: (line: string, ...rest: unknown[]) => {
      const wait = /failed with (?:status (\d+)|\w+) in \d+ ms - retrying in (\d+) ms/.exec(line);
      if (wait !== null) meter.retry(Number(wait[2]), { isRateLimit: wait[1] === "429" });
      logger.info(line, ...rest);
    },
  };
}

/** How much of a list is done after an item: by its bound, or by the time of the item in the range. */
function fractions({
  list,
  parts,
  maxItems,
}: ExportPlan): (item: unknown, rows: number) => number | undefined {
  if (maxItems !== undefined) return (_, rows) => rows / maxItems;
  const range = rangeParams(list);
  const [first, last] = [parts[0], parts.at(-1)];
  if (range === undefined || first === undefined || last === undefined) return () => undefined;
  const from = Date.parse(String(first.job.parameters[range.from]));
  const to = Date.parse(String(last.job.parameters[range.to] ?? new Date().toISOString()));
  if (Number.isNaN(from) || !(to > from)) return () => undefined;
  // The files of a list that is split follow each other in time, whatever its order.
  const isAscending =
    parts.length > 1 || (first.job.parameters["order"] ?? (range.isAscending ? "asc" : "desc")) === "asc";
  return (item) => {
    const time = Date.parse(String(valueAt(item, range.field.split("."))));
    if (Number.isNaN(time)) return undefined;
    return (isAscending ? time - from : to - time) / (to - from);
  };
}

/** Whether going on would fail again. */
function isPlaceGone(error: Error): boolean {
  return error instanceof CursorExpiredError || error instanceof CheckpointError;
}

/** Says how the export of a file ended, and sets the exit code. */
function report(
  { job: { file } }: PlannedPart,
  { result, options }: { result: ExportResult; options: ExportOptions },
): void {
  const { info, error: fail } = messages(options);
  const kept = (rows: number) =>
    `${counted(rows, "item")} of ${file} are kept. Go on with: ${resumeCommand(process.argv.slice(2))}`;
  if (result.kind === "stopped") {
    info(result.rows === 0 ? "Stopped before the first item was kept." : `Stopped. ${kept(result.rows)}`);
    process.exitCode = exitCodeOfSignal(result.signal);
  } else if (result.kind === "failed") {
    const exitCode = exitCodeOf(result.error);
    if (exitCode === null || !(result.error instanceof Error)) throw result.error;
    fail(result.error.message);
    if (isPlaceGone(result.error)) info("The place to go on from is gone. Start again with --overwrite.");
    else if (result.rows > 0) info(kept(result.rows));
    process.exitCode = exitCode;
  } else if (result.kind === "finished") {
    info(`${file} is finished: it has all ${counted(result.manifest.rows, "item")}.`);
  } else {
    const { rows, outcome } = result.manifest;
    if (outcome.complete)
      info(
        `Exported ${counted(rows, "item")} to ${file}. Check it with: ${shellCommand(["pageturn", "verify", file])}`,
      );
    else if (outcome.reason === "maxItems") {
      info(`Exported ${counted(rows, "item")} to ${file}, as --max-items says. The list may have more.`);
    } else {
      const why =
        result.error?.message ?? `The list is incomplete: ${outcome.incompleteBecause ?? outcome.reason}.`;
      fail(`${why} ${counted(rows, "item")} of it are in ${file}: see ${manifestFileOf(file)}`);
      process.exitCode = result.error === null ? 3 : (exitCodeOf(result.error) ?? 3);
    }
  }
}
