import type { Measured } from "../process/job.ts";
import { median } from "../process/median.ts";
import { inRounds } from "../process/rounds.ts";
import type { Bench, Findings } from "./case.ts";

const PARSE = "JSON.parse alone";
/** The loops by hand, by the name of ours that does the same. */
const BY_HAND: Readonly<Record<string, string>> = {
  "pageturn, async": "node:http, by hand",
  "pageturn, sync": "node:http, by hand, blocking",
};

const walks = [
  ["pageturn, async", "contenders/pageturn-async.ts"],
  ["pageturn, sync", "contenders/pageturn-sync.ts"],
  ["official SDK", "contenders/official-sdk.ts"],
  ["node:http, by hand", "contenders/http-loop.ts"],
  ["node:http, by hand, blocking", "contenders/http-blocking.ts"],
  [PARSE, "contenders/parse-alone.ts"],
] as const;

interface Peaks {
  readonly name: string;
  readonly limit: number;
  /** In MB, for a short list and for a long one. */
  readonly few: number;
  readonly many: number;
}

/** The most memory that a walk takes, by the length of the list; each in a fresh process. */
export async function memory(bench: Bench): Promise<Findings> {
  const [few, many] = bench.quick ? [1000, 2000] : [10_000, 1_000_000];
  const found: Peaks[] = [];
  for (const limit of bench.quick ? [100] : [100, 1000]) {
    for (const [name, file] of walks) {
      const peaks = { few: [] as number[], many: [] as number[] };
      for (let round = 0; round < (bench.quick ? 1 : 3); round++) {
        for (const [size, items] of [["few", few] as const, ["many", many] as const]) {
          const job = { baseURL: bench.baseURL(items, 0), limit, items, prefetch: 1 };
          const rounds = await inRounds([{ name, file, job }], { warmUps: 0, rounds: 1 });
          peaks[size].push(...(rounds.get(name) ?? []).map(({ peakRssMb }: Measured) => peakRssMb));
        }
      }
      found.push({ name, limit, few: median(peaks.few), many: median(peaks.many) });
    }
  }
  return {
    title: "Memory",
    method:
      `Peak RSS of a fresh process that walks ${few} or ${many} items once; ours with prefetch: 1. "${PARSE}" fetches ` +
      "one page once and parses it as often as the others parse theirs.",
    tables: [
      {
        caption: "",
        columns: ["", `MB, ${few} items`, `MB, ${many} items`, "MB more"],
        rows: found.map((each) => [`${each.name}, limit ${each.limit}`, each.few, each.many, more(each)]),
      },
    ],
    bounds: found
      .filter(({ name }) => name.startsWith("pageturn"))
      .map((each) => ({
        number: 6,
        what: `peak RSS, ${each.name}, limit ${each.limit}: MB more`,
        figure: more(each),
        bound: 25,
        byHand: more(
          found.find(({ name, limit }) => name === BY_HAND[each.name] && limit === each.limit) ?? each,
        ),
      })),
  };
}

function more({ few, many }: Peaks): number {
  return many - few;
}
