import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMockServer } from "pageturn/testing";
import { runPageturn } from "./run-pageturn.ts";

/** The memory of exports of two lengths, in megabytes. */
export interface MemoryGrowth {
  readonly format: string;
  readonly short: number;
  readonly long: number;
  readonly growth: number;
  /** Items for each second of the long export. */
  readonly rate: number;
}

/**
 * Prints the peak at the end of a process. On Linux not `maxRSS`, which begins there with the memory of the process that started
 * it, this one with its server.
 */
const REPORT = `import { readFileSync } from "node:fs";
const peak = () => process.platform === "linux"
  ? readFileSync("/proc/self/status", "utf8").match(/VmHWM.*/)[0]
  : "VmHWM: " + process.resourceUsage().maxRSS;
process.on("exit", () => process.stderr.write(peak() + "\\n"));`;

/** Measures the peak memory of an export of few rows, and of one of many. */
export async function memoryGrowth(
  format: string,
  { list, short, long }: { readonly list: string; readonly short: number; readonly long: number },
): Promise<MemoryGrowth> {
  const folder = await mkdtemp(join(tmpdir(), "pageturn-memory-"));
  const peak = async (rows: number) => {
    const server = await startMockServer({ items: { [list]: rows } });
    try {
      const begin = performance.now();
      const { code, stderr } = await runPageturn(["export", list, "-o", `${rows}.${format}`], {
        cwd: folder,
        server,
        nodeOptions: ["--import", `data:text/javascript,${encodeURIComponent(REPORT)}`],
      });
      const kilobytes = /VmHWM:\s+(\d+)/.exec(stderr)?.[1];
      if (code !== 0 || kilobytes === undefined)
        throw new Error(`the export of ${rows} rows failed: ${stderr}`);
      return { megabytes: Number(kilobytes) / 1024, seconds: (performance.now() - begin) / 1000 };
    } finally {
      await server.close();
      await rm(join(folder, `${rows}.${format}`), { force: true });
    }
  };
  try {
    const [few, many] = [await peak(short), await peak(long)];
    return {
      format,
      short: Math.round(few.megabytes),
      long: Math.round(many.megabytes),
      growth: Math.round(many.megabytes - few.megabytes),
      rate: Math.round(long / many.seconds),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
