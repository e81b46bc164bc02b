import { CommandError } from "../failure.ts";
import { type MessageOptions, messages } from "../messages.ts";
import type { ExportJob } from "./export-job.ts";
import type { ExportPlan, PlannedPart } from "./export-plan.ts";
import { type ExportWalk, refusedCheckpoint, type WalkRequest, walkFrom } from "./export-run.ts";
import { newState } from "./export-state.ts";
import { findTarget } from "./export-target.ts";
import { newFileOf, stateNameOf } from "./file-names.ts";
import { exists } from "./json-file.ts";
import { prepareExport } from "./prepare-export.ts";
import { stateOf } from "./saved-state.ts";

/** What a dry run needs. */
export interface DryRun {
  readonly options: MessageOptions;
  /** Opens the walk of a file with a client that prints its first request and ends the program. */
  openWalk(part: PlannedPart, request: WalkRequest): ExportWalk;
}

/**
 * Prints the first request that an export would send: that of the first file that is not finished, after what the file has. Refuses
 * what the export would refuse. Nothing is written.
 */
export async function printFirstRequest(plan: ExportPlan, { options, openWalk }: DryRun): Promise<void> {
  await refuseCutOff(plan.job);
  const { parts, modeOf } = await prepareExport(plan);
  for (const { job } of parts) await refuseCutOff(job);
  const walks: { readonly stateName: string; open(): ExportWalk }[] = [];
  for (const [index, part] of parts.entries()) {
    const target = await findTarget(part.job, await modeOf(index));
    if (target.kind === "finished") continue;
    const { job, mode } = target;
    const saved = mode.resume ? await stateOf(job.file, job) : undefined;
    const state = saved ?? newState(job, part.range);
    const isEnough = plan.maxItems !== undefined && state.rows >= plan.maxItems;
    if (state.outcome?.complete || isEnough) continue;
    walks.push({
      stateName: stateNameOf(job.file, job.format),
      open: () =>
        openWalk(part, {
          ...walkFrom(state, plan.maxItems),
          signal: new AbortController().signal,
          onPage: () => {},
        }),
    });
  }
  const [first] = walks;
  if (first === undefined) {
    const all =
      plan.maxItems === undefined ? "all its items" : "as many items as were asked for, or the whole list";
    messages(options).info(`Nothing would be requested: the export has ${all}.`);
    return;
  }
  try {
    await first.open().next();
  } catch (error) {
    throw refusedCheckpoint(error, first.stateName);
  }
}

/** Throws `CommandError` for a database that was killed while it was written: SQLite rolls it back when it is read. */
async function refuseCutOff({ file, format }: ExportJob): Promise<void> {
  if (format !== "sqlite") return;
  for (const name of [file, newFileOf(file)])
    if (await exists(`${name}-journal`))
      throw new CommandError(
        `Cannot look at ${name} without a change, because an export was killed while it wrote to it: leave out --dry-run`,
      );
}
