import { medianOf, ratioOf, wall } from "../process/median.ts";
import { inRounds } from "../process/rounds.ts";
import type { Bench, Findings } from "./case.ts";

const OURS = 'pageturn, limit: "max"';
const SDK = "official SDK, default call";

/** The whole list in the largest pages, beside the call that everybody writes. */
export async function wholeList(bench: Bench): Promise<Findings> {
  const items = bench.quick ? 1000 : 20_000;
  const job = { baseURL: bench.baseURL(items, 0), items };
  const rounds = await inRounds(
    [
      { name: OURS, file: "contenders/pageturn-async-max.ts", job: { ...job, limit: 1000 } },
      { name: SDK, file: "contenders/official-sdk.ts", job: { ...job, limit: null } },
    ],
    bench.quick ? { warmUps: 0, rounds: 1 } : { warmUps: 4, rounds: 11 },
  );
  return {
    title: "The whole list",
    method: `${items} models, no latency: ours in pages of 1,000, the SDK's default call in pages of 20.`,
    tables: [
      {
        caption: "",
        columns: ["", "wall ms"],
        rows: [...rounds.keys()].map((name) => [name, medianOf(rounds, name, wall)]),
      },
    ],
    bounds: [
      { number: 5, what: `${OURS} / ${SDK}, wall`, figure: ratioOf(rounds, [OURS, SDK], wall), bound: 0.12 },
    ],
  };
}
