import type { Job } from "../process/job.ts";
import { cpu, medianOf, ratioOf, wall } from "../process/median.ts";
import { inFreshProcesses, type Repeats, type Rounds } from "../process/rounds.ts";
import type { Bench, Bound, Findings, Table } from "./case.ts";
import { walkTable } from "./wire.ts";

const SDK = "official SDK";
const ASYNC = "pageturn, async";
const SYNC = "pageturn, sync";
const FETCH = "fetch, by hand";
const UNDICI = "undici, by hand";
const HTTP = "node:http, by hand";
const FOR_AWAIT = "node:http, by hand, for await";
const BLOCKING = "node:http, by hand, blocking";

// Contenders that are compared run one after the other.
const contenders = [
  [FETCH, "contenders/fetch-loop.ts", "pages"],
  [SDK, "contenders/official-sdk.ts", "items"],
  [UNDICI, "contenders/undici-loop.ts", "pages"],
  [HTTP, "contenders/http-loop.ts", "pages"],
  [ASYNC, "contenders/pageturn-async.ts", "items"],
  [SYNC, "contenders/pageturn-sync.ts", "items"],
  [FOR_AWAIT, "contenders/http-loop.ts", "items"],
  [BLOCKING, "contenders/http-blocking.ts", "pages"],
] as const;

function measureAll(job: Job, repeats: Repeats): Promise<Rounds> {
  const entries = contenders.map(([name, file, by]) => ({ name, file, job: { ...job, by } }));
  return inFreshProcesses(entries, repeats);
}

function syncOfAsync(rounds: Rounds): Pick<Bound, "figure" | "byHand"> {
  return {
    figure: ratioOf(rounds, [SYNC, ASYNC], wall),
    byHand: ratioOf(rounds, [BLOCKING, FOR_AWAIT], wall),
  };
}

const lists = [
  { items: 100, rounds: 21, bounds: [0.4, 0.95, 1.25], ofAsync: 1.25 },
  { items: 2000, rounds: 21, bounds: [0.4, 0.95, 1.25], ofAsync: undefined },
  { items: 50_000, rounds: 11, bounds: [0.5, 0.75, 1.15], ofAsync: 1.15 },
] as const;

/** What a script that lists something costs as a whole: the process, the import, the walk and the end. */
export async function cold(bench: Bench): Promise<Findings> {
  const bounds: Bound[] = [];
  const tables: Table[] = [];
  for (const list of bench.quick ? lists.slice(0, 1) : lists) {
    const { items } = list;
    const job = { baseURL: bench.baseURL(items, 0), limit: 100, items };
    const repeats = bench.quick ? { warmUps: 0, rounds: 1 } : { warmUps: 1, rounds: list.rounds };
    const rounds = await measureAll(job, repeats);
    tables.push({
      caption: `${items} items`,
      columns: ["", "CPU ms", "wall ms", "CPU: pageturn, async / this one", "wall"],
      rows: [...rounds.keys()].map((name) => [
        name,
        medianOf(rounds, name, cpu),
        medianOf(rounds, name, wall),
        ratioOf(rounds, [ASYNC, name], cpu),
        ratioOf(rounds, [ASYNC, name], wall),
      ]),
    });
    for (const [unit, of] of Object.entries({ CPU: cpu, wall })) {
      for (const [index, other] of [SDK, FETCH, HTTP].entries()) {
        bounds.push({
          number: 10,
          what: `whole process, ${items} items, ${unit}: ours / ${other}`,
          figure: ratioOf(rounds, [ASYNC, other], of),
          bound: list.bounds[index] ?? 0,
          byHand: ratioOf(rounds, [FOR_AWAIT, other], of),
        });
      }
    }
    if (list.ofAsync !== undefined) {
      const what = `whole process, ${items} items, wall: sync / async`;
      bounds.push({ number: 11, what, bound: list.ofAsync, ...syncOfAsync(rounds) });
    }
  }
  return {
    title: "Whole processes",
    method:
      "A fresh process imports the contender, walks one list in pages of 100, touches every item and ends. CPU and wall " +
      "time are those of the process from its start to its end, as its parent sees them. The contenders are JavaScript, " +
      "one file each and their packages; there is no compile cache.",
    tables,
    bounds,
  };
}

const sizes = [
  { limit: 20, items: 8000, ofLoop: 1.2, ofSDK: 0.45 },
  { limit: 100, items: 30_000, ofLoop: 1.1, ofSDK: 0.48 },
  { limit: 1000, items: 60_000, ofLoop: 1.08, ofSDK: 0.63 },
] as const;

/** What the second walk of a fresh process costs: that of a program which lives for a second. */
export async function warmUp(bench: Bench): Promise<Findings> {
  const bounds: Bound[] = [];
  const tables: Table[] = [];
  for (const { limit, items: many, ofLoop, ofSDK } of bench.quick ? sizes.slice(0, 1) : sizes) {
    const items = bench.quick ? 2 * limit : many;
    const job = { baseURL: bench.baseURL(items, 0, 400), limit, items, warmUp: true };
    const rounds = await measureAll(job, { warmUps: 0, rounds: bench.quick ? 1 : 11 });
    tables.push(walkTable(rounds, { limit, items }));
    const ofFaster = (name: string) =>
      Math.max(ratioOf(rounds, [name, UNDICI], cpu), ratioOf(rounds, [name, HTTP], cpu));
    bounds.push(
      {
        number: 12,
        what: `CPU of the second walk, limit ${limit}: ours / the faster of undici and node:http, by hand`,
        figure: ofFaster(ASYNC),
        bound: ofLoop,
        byHand: ofFaster(FOR_AWAIT),
      },
      {
        number: 12,
        what: `CPU of the second walk, limit ${limit}: ours / ${SDK}`,
        figure: ratioOf(rounds, [ASYNC, SDK], cpu),
        bound: ofSDK,
        byHand: ratioOf(rounds, [FOR_AWAIT, SDK], cpu),
      },
      {
        number: 12,
        what: `wall time of the second walk, limit ${limit}: sync / async`,
        bound: 1.1,
        ...syncOfAsync(rounds),
      },
    );
  }
  return {
    title: "The second walk of a fresh process",
    method:
      "A fresh process walks the list once, and is measured while it walks it again. Items of about 400 bytes.",
    tables,
    bounds,
  };
}
