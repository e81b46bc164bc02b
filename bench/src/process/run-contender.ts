// The process of one contender: loads its file, then walks and measures as often as the parent asks. With a job as its
// second argument it does that one, writes what it measured, and ends.
import { writeSync } from "node:fs";
import type { Job, Measured, Walk } from "./job.ts";

const [, , file = "", onlyJob] = process.argv;
const { walk }: { walk: Walk } = await import(file);

async function measure(job: Job): Promise<Measured> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const tally = await walk(job);
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const peakRssMb = process.resourceUsage().maxRSS / 1024;
  return { ...tally, wallMs, cpuMs: (user + system) / 1000, peakRssMb };
}

if (onlyJob === undefined) {
  process.on("message", async (job: Job) => {
    process.send?.(await measure(job));
  });
  process.on("disconnect", () => process.exit());
} else {
  const job: Job = JSON.parse(onlyJob);
  if (job.warmUp) await walk(job);
  writeSync(1, JSON.stringify(await measure(job)));
}
