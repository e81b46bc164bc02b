import { tracingChannel } from "node:diagnostics_channel";
import type { Job, Tally } from "../process/job.ts";
import { walk as walkList } from "./pageturn-async.ts";

let started = 0;
for (const operation of ["walk", "page", "request", "retry"])
  tracingChannel(`pageturn:${operation}`).start.subscribe(() => {
    started += 1;
  });

/** The walk of `pageturn-async.ts`, where somebody listens to all channels. */
export async function walk(job: Job): Promise<Tally> {
  const before = started;
  const tally = await walkList(job);
  if (started === before) throw new Error("Nothing was traced");
  return tally;
}
