import { type AsyncAnthropic, type AsyncPaginator, sliceByTime } from "pageturn";
import type { ListWords } from "../catalog/list-arguments.ts";
import type { ExportOptions } from "../commands/export.ts";
import { messages } from "../messages.ts";
import { openClient, openList } from "../session.ts";
import { StopRequest } from "../stop-request.ts";
import { lockFile } from "./export-lock.ts";
import { type ExportPlan, type PlannedPart, planExport } from "./export-plan.ts";
import { type ExportWalk, RefusedResume, type WalkRequest } from "./export-run.ts";
import { exportSplit, type PartToExport } from "./export-split.ts";
import { prepareExport } from "./prepare-export.ts";
import { printFirstRequest } from "./print-first-request.ts";
import { fractionOf } from "./progress-fraction.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { reportResult } from "./report-result.ts";
import { watchRetries } from "./request-watch.ts";
import { type ExportResult, runExport } from "./run-export.ts";
import { keepHeapSmall } from "./small-heap.ts";

/** Checks all arguments, and exports the list: into one file, or one for each day or month. */
export async function exportList(words: ListWords, options: ExportOptions): Promise<void> {
  keepHeapSmall();
  const plan = planExport(words, options);
  const client = openClient(options);
  try {
    if (options.dryRun) {
      await printFirstRequest(plan, {
        options,
        openWalk: (part, request) => openWalk({ client, plan, part }, request),
      });
    } else await exportPlan(plan, { client, options });
  } finally {
    await client.close();
  }
}

async function exportPlan(
  plan: ExportPlan,
  { client, options }: { client: AsyncAnthropic; options: ExportOptions },
): Promise<void> {
  const meter = await ProgressMeter.start({ quiet: options.quiet ?? false });
  const endWatch = watchRetries((retry) => meter.retry(retry));
  // Before the first file is touched.
  const stop = new StopRequest(() =>
    messages(options).info("Ending after this page. Press Ctrl-C again to end at once."),
  );
  // Of the file before, whose rows those of the next one belong to.
  let organization: string | null | undefined;
  const exportPart = async (
    parts: readonly PlannedPart[],
    { index, mode, beforeChange }: PartToExport,
  ): Promise<ExportResult> => {
    const part = parts[index];
    if (part === undefined) throw new RangeError(`There is no file ${index}`);
    meter.fractionOf = fractionOf({ ...plan, parts }, index);
    const result = await runExport(part.job, {
      mode,
      beforeChange,
      organization,
      range: part.range,
      maxItems: plan.maxItems,
      keeps: part.keeps,
      progress: meter,
      stop,
      openWalk: (request) => openWalk({ client, plan, part }, request),
    });
    meter.stop();
    if ("manifest" in result) organization = result.manifest.organization;
    if (result.kind === "failed" && result.error instanceof RefusedResume) throw result.error;
    return result;
  };
  try {
    if (plan.split !== undefined) await exportSplit(plan, { stop, options, exportPart });
    else {
      const { job, mode } = plan;
      const { file } = job;
      const unlock = await lockFile(file, { replaces: mode.resume || mode.overwrite });
      try {
        const { parts } = await prepareExport(plan);
        const result = await exportPart(parts, { index: 0, mode });
        reportResult(file, { result, options, maxItems: plan.maxItems });
      } finally {
        unlock();
      }
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
