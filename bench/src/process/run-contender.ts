// The process of one contender: loads its file, then walks and measures as often as the parent asks. With a job as its
// second argument it walks once, writes what it found, and ends.
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
  process.on("message", (job: Job) => {
    measure(job).then(
      (measured) => process.send?.(measured),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on("disconnect", () => process.exit());
} else {
  writeSync(1, JSON.stringify(await measure(JSON.parse(onlyJob))));
}
