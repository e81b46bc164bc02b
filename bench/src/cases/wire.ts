import { cpu, medianOf, ratioOf, wall } from "../process/median.ts";
import { inRounds, type Rounds } from "../process/rounds.ts";
import type { Bench, Bound, Findings, Table } from "./case.ts";

const SDK = "official SDK";
const UNDICI = "undici, by hand";
const FOR_AWAIT = "undici, by hand, for await";
const BLOCKING = "undici, by hand, blocking";
const ASYNC = "pageturn, async";
const SYNC = "pageturn, sync";

// Contenders that are compared run one after the other.
const contenders = [
  [SDK, "contenders/official-sdk.ts", "items"],
  [ASYNC, "contenders/pageturn-async.ts", "items"],
  [UNDICI, "contenders/undici-loop.ts", "pages"],
  [FOR_AWAIT, "contenders/undici-loop.ts", "items"],
  [BLOCKING, "contenders/undici-blocking.ts", "pages"],
  [SYNC, "contenders/pageturn-sync.ts", "items"],
  ["fetch, by hand", "contenders/fetch-loop.ts", "pages"],
] as const;

const sizes = [
  { limit: 20, items: 8000, ofSDK: 0.4, ofUndici: 1.15 },
  { limit: 100, items: 20_000, ofSDK: 0.4, ofUndici: undefined },
  { limit: 1000, items: 60_000, ofSDK: 0.6, ofUndici: 1.05 },
] as const;

/** What an item costs over HTTP on loopback: processor and wall time, beside the SDK and loops written by hand. */
export async function wire(bench: Bench): Promise<Findings> {
  const bounds: Bound[] = [];
  const tables: Table[] = [];
  for (const { limit, items: many, ofSDK, ofUndici } of bench.quick ? sizes.slice(0, 1) : sizes) {
    const items = bench.quick ? 2 * limit : many;
    const job = { baseURL: bench.baseURL(items, 0), limit, items };
    const rounds = await inRounds(
      contenders.map(([name, file, by]) => ({ name, file, job: { ...job, by } })),
      bench.quick ? { warmUps: 0, rounds: 1 } : { warmUps: 12, rounds: 31 },
    );
    tables.push(walkTable(rounds, { limit, items }));
    const ours = `CPU per item, limit ${limit}: ours /`;
    bounds.push({
      number: 1,
      what: `${ours} ${SDK}`,
      figure: ratioOf(rounds, [ASYNC, SDK], cpu),
      bound: ofSDK,
      byHand: ratioOf(rounds, [FOR_AWAIT, SDK], cpu),
    });
    if (ofUndici !== undefined) {
      bounds.push({
        number: 1,
        what: `${ours} ${UNDICI}`,
        figure: ratioOf(rounds, [ASYNC, UNDICI], cpu),
        bound: ofUndici,
        byHand: ratioOf(rounds, [FOR_AWAIT, UNDICI], cpu),
      });
    }
    bounds.push({
      number: 4,
      what: `wall time, limit ${limit}, no latency: sync / async`,
      figure: ratioOf(rounds, [SYNC, ASYNC], wall),
      bound: 1.1,
      byHand: ratioOf(rounds, [BLOCKING, FOR_AWAIT], wall),
    });
  }
  return {
    title: "Items over HTTP",
    method:
      "`for await` and `for` over a whole list of models (about 200 bytes each), every item touched, on warm connections " +
      "and warm code. The server answers at once, so what is left is the client's own cost.",
    tables,
    bounds,
  };
}

/** What an item costs in CPU and a page in wall time, and how ours compares. */
export function walkTable(
  rounds: Rounds,
  { limit, items }: { readonly limit: number; readonly items: number },
): Table {
  return {
    caption: `limit ${limit}, ${items} items a walk`,
    columns: ["", "CPU µs per item", "wall µs per page", "CPU: pageturn, async / this one"],
    rows: [...rounds.keys()].map((name) => [
      name,
      (medianOf(rounds, name, cpu) * 1000) / items,
      (medianOf(rounds, name, wall) * 1000 * limit) / items,
      ratioOf(rounds, [ASYNC, name], cpu),
    ]),
  };
}
