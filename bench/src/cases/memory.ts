import type { Measured } from "../process/job.ts";
import { median } from "../process/median.ts";
import { inRounds } from "../process/rounds.ts";
import type { Bench, Findings } from "./case.ts";

const walks = [
  ["pageturn, async", "contenders/pageturn-async.ts"],
  ["pageturn, sync", "contenders/pageturn-sync.ts"],
  ["official SDK", "contenders/official-sdk.ts"],
] as const;

/** The most memory that a walk takes, by the length of the list; each in a fresh process. */
export async function memory(bench: Bench): Promise<Findings> {
  const [few, many] = bench.quick ? [1000, 2000] : [10_000, 1_000_000];
  const rows: [string, number, number, number][] = [];
  const limits = bench.quick ? [100] : [100, 1000];
  for (const [name, file, limit] of limits.flatMap((limit) =>
    walks.map((each) => [...each, limit] as const),
  )) {
    const peaks = { few: [] as number[], many: [] as number[] };
    for (let round = 0; round < (bench.quick ? 1 : 3); round++) {
      for (const [size, items] of [["few", few] as const, ["many", many] as const]) {
        const job = { baseURL: bench.baseURL(items, 0), limit, items, prefetch: 1 };
        const rounds = await inRounds([{ name, file, job }], { warmUps: 0, rounds: 1 });
        peaks[size].push(...(rounds.get(name) ?? []).map(({ peakRssMb }: Measured) => peakRssMb));
      }
    }
    const [small, large] = [median(peaks.few), median(peaks.many)];
    rows.push([`${name}, limit ${limit}`, small, large, large - small]);
  }
  return {
    title: "Memory",
    method: `Peak RSS of a fresh process that walks ${few} or ${many} items once; ours with prefetch: 1.`,
    tables: [{ caption: "", columns: ["", `MB, ${few} items`, `MB, ${many} items`, "MB more"], rows }],
    bounds: rows
      .filter(([name]) => name.startsWith("pageturn"))
      .map(([name, , , more]) => ({
        number: 6,
        what: `peak RSS, ${name}: MB more`,
        figure: more,
        bound: 25,
      })),
  };
}
