import { type AsyncAnthropic, type AsyncPaginator, sliceByTime } from "pageturn";
import type { ExportOptions } from "../commands/export.ts";
import { messages } from "../messages.ts";
import { openClient, openList } from "../session.ts";
import { StopRequest } from "../stop-request.ts";
import { lockFile } from "./export-lock.ts";
import { type ExportPlan, type PlannedPart, planExport } from "./export-plan.ts";
import type { ExportWalk, WalkRequest } from "./export-run.ts";
import { findTarget } from "./export-target.ts";
import { fractionOf } from "./progress-fraction.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { reportResult } from "./report-result.ts";
import { watchRetries } from "./request-watch.ts";
import { beginReplacing, runExport } from "./run-export.ts";
import type { SinkMode } from "./sink.ts";
import { keepHeapSmall } from "./small-heap.ts";

/** Checks all arguments, and exports the list: into one file, or one for each day or month. */
export async function exportList(
  args: { readonly name: string; readonly rest: readonly string[] },
  options: ExportOptions,
): Promise<void> {
  keepHeapSmall();
  const plan = await planExport(args, options);
  const client = openClient(options);
  let unlock = () => {};
  try {
    const [first] = plan.parts;
    if (options.dryRun && first !== undefined) {
      await openList(client, plan.list, plan.pathArgs, first.job.parameters).firstPage();
      return;
    }
    const { output, splitBy } = options;
    // Several files have one lock together, and another one each while it is written: thousands of sockets would be too many.
    unlock = await lockFile(splitBy === undefined ? output : `${output} by ${splitBy}`);
    await exportParts(plan, { client, options, mode: await prepared(plan, options) });
  } finally {
    unlock();
    await client.close();
  }
}

/** Looks at all files before the first one is written. Returns how to open each of them. */
async function prepared({ parts }: ExportPlan, options: ExportOptions): Promise<SinkMode> {
  const mode = { resume: options.resume ?? false, overwrite: options.overwrite ?? false };
  for (const { job } of parts) await findTarget(job, mode);
  if (!mode.overwrite || parts.length === 1) return mode;
  // All files are to be new, also when the export is interrupted: each of them is begun now. The first one comes last, so
  // that none is taken for finished that is not.
  for (const { job, range } of parts.toReversed()) await beginReplacing(job, range);
  return { resume: true, overwrite: false };
}

async function exportParts(
  plan: ExportPlan,
  { client, options, mode }: { client: AsyncAnthropic; options: ExportOptions; mode: SinkMode },
): Promise<void> {
  const meter = new ProgressMeter({ quiet: options.quiet ?? false });
  const endWatch = watchRetries((retry) => meter.retry(retry));
  const stop = new StopRequest(() => {
    // Below a bar.
    if (process.stderr.isTTY) process.stderr.write("\n");
    messages(options).info("Ending after this page. Press Ctrl-C again to end at once.");
  });
  try {
    for (const [index, part] of plan.parts.entries()) {
      meter.fractionOf = fractionOf(plan, index);
      const unlock = part.job.file === options.output ? () => {} : await lockFile(part.job.file);
      const result = await runExport(part.job, {
        mode,
        range: part.range,
        maxItems: plan.maxItems,
        keeps: part.keeps,
        keepsEmpty: plan.parts.length > 1,
        progress: meter,
        stop,
        openWalk: (request) => openWalk({ client, plan, part }, request),
      }).finally(unlock);
      meter.stop();
      const mayGoOn = result.kind === "finished" || (result.kind === "ended" && result.error === null);
      reportResult(part.job.file, { result, options });
      if (!mayGoOn) return;
    }
  } finally {
    endWatch();
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
