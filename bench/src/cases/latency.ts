import type { Job } from "../process/job.ts";
import { medianOf, ratioOf, wall } from "../process/median.ts";
import { inRounds } from "../process/rounds.ts";
import type { Bench, Findings } from "./case.ts";

const ASYNC = "pageturn, async";
const SYNC = "pageturn, sync";
const SDK = "official SDK";
const PAGES = 50;

/** A server that takes 20 ms for each page, and a consumer that works 20 ms on each: what prefetching is worth. */
export async function latency(bench: Bench): Promise<Findings> {
  const items = (bench.quick ? 2 : PAGES) * 20;
  const job: Job = { baseURL: bench.baseURL(items, 20), limit: 20, items };
  const busy: Job = { ...job, workMs: 20 };
  const rounds = await inRounds(
    [
      { name: ASYNC, file: "contenders/pageturn-async.ts", job: { ...busy, prefetch: 1 } },
      { name: SYNC, file: "contenders/pageturn-sync.ts", job: { ...busy, prefetch: 1 } },
      { name: SDK, file: "contenders/official-sdk.ts", job: busy },
      { name: `${ASYNC}, no work`, file: "contenders/pageturn-async.ts", job },
      { name: `${SYNC}, no work`, file: "contenders/pageturn-sync.ts", job },
    ],
    bench.quick ? { warmUps: 0, rounds: 1 } : { warmUps: 1, rounds: 5 },
  );
  const perPage = (name: string) => (medianOf(rounds, name, wall) * 20) / items;
  return {
    title: "Prefetch, and sync beside async, at 20 ms a page",
    method:
      "20 items a page; the server waits 20 ms before each answer. The work blocks the consumer's thread for 20 ms at " +
      "the first item of each page. Ours with `prefetch: 1`; the SDK has none. Without work, no prefetch.",
    tables: [
      {
        caption: "",
        columns: ["", "wall ms per page"],
        rows: [...rounds.keys()].map((name) => [name, perPage(name)]),
      },
    ],
    bounds: [
      {
        number: 3,
        what: "prefetch: 1, async / official SDK, wall",
        figure: ratioOf(rounds, [ASYNC, SDK], wall),
        bound: 0.55,
      },
      {
        number: 3,
        what: "prefetch: 1, sync / official SDK, wall",
        figure: ratioOf(rounds, [SYNC, SDK], wall),
        bound: 0.55,
      },
      {
        number: 4,
        what: "wall time, 20 ms a page: sync / async",
        figure: ratioOf(rounds, [`${SYNC}, no work`, `${ASYNC}, no work`], wall),
        bound: 1.1,
      },
    ],
  };
}
