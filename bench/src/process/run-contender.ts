// The process of one contender: loads its file, then walks and measures as often as the parent asks.
import type { Job, Measured, Walk } from "./job.ts";

const [, , file = ""] = process.argv;
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
