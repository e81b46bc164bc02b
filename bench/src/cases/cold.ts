import type { Measured } from "../process/job.ts";
import { medianOf, ratioOf } from "../process/median.ts";
import { type Entry, type Rounds, secondWalks, wholeProcesses } from "../process/rounds.ts";
import type { Bench, Bound, Findings, Table } from "./case.ts";

const SDK = "official SDK";
const ASYNC = "pageturn, async";
const SYNC = "pageturn, sync";
const FETCH = "fetch, by hand";
const UNDICI = "undici, by hand";
const HTTP = "node:http, by hand";
const FOR_AWAIT = "node:http, by hand, for await";
const BLOCKING = "node:http, by hand, blocking";

// In this order, so that those which are compared run one after the other.
const contenders = [
  [FETCH, "contenders/fetch-loop.ts"],
  [SDK, "contenders/official-sdk.ts"],
  [UNDICI, "contenders/undici-loop.ts"],
  [HTTP, "contenders/http-loop.ts"],
  [ASYNC, "contenders/pageturn-async.ts"],
  [SYNC, "contenders/pageturn-sync.ts"],
  [FOR_AWAIT, "contenders/http-for-await.ts"],
  [BLOCKING, "contenders/http-blocking.ts"],
] as const;

const cpu = ({ cpuMs }: Measured): number => cpuMs;
const wall = ({ wallMs }: Measured): number => wallMs;
const peak = ({ peakRssMb }: Measured): number => peakRssMb;

const lists = [
  { items: 100, rounds: 21, ofSDK: 0.4, ofFetch: 0.95, ofHTTP: 1.25, ofAsync: 1.25 },
  { items: 2000, rounds: 21, ofSDK: 0.4, ofFetch: 0.95, ofHTTP: 1.25, ofAsync: undefined },
  { items: 50_000, rounds: 11, ofSDK: 0.5, ofFetch: 0.75, ofHTTP: 1.15, ofAsync: 1.15 },
] as const;

/** What a script that lists something costs as a whole: the process, the import, the walk and the end. */
export async function cold(bench: Bench): Promise<Findings> {
  const bounds: Bound[] = [];
  const tables: Table[] = [];
  for (const { items, rounds: many, ofSDK, ofFetch, ofHTTP, ofAsync } of bench.quick
    ? lists.slice(0, 1)
    : lists) {
    const entries = entriesOf({ baseURL: bench.baseURL(items, 0), limit: 100, items });
    const rounds = await wholeProcesses(
      entries,
      bench.quick ? { warmUps: 0, rounds: 1 } : { warmUps: 1, rounds: many },
    );
    tables.push({
      caption: `${items} items`,
      columns: [
        "",
        "CPU ms",
        "wall ms",
        "peak RSS MB",
        "CPU: pageturn, async / this one",
        "wall: pageturn, async / this one",
      ],
      rows: contenders.map(([name]) => [
        name,
        medianOf(rounds, name, cpu),
        medianOf(rounds, name, wall),
        medianOf(rounds, name, peak),
        ratioOf(rounds, [ASYNC, name], cpu),
        ratioOf(rounds, [ASYNC, name], wall),
      ]),
    });
    for (const [unit, of] of [["CPU", cpu] as const, ["wall", wall] as const]) {
      for (const [other, bound] of [
        [SDK, ofSDK] as const,
        [FETCH, ofFetch] as const,
        [HTTP, ofHTTP] as const,
      ]) {
        bounds.push({
          number: 10,
          what: `whole process, ${items} items, ${unit}: ours / ${other}`,
          figure: ratioOf(rounds, [ASYNC, other], of),
          bound,
          byHand: ratioOf(rounds, [FOR_AWAIT, other], of),
        });
      }
    }
    if (ofAsync !== undefined) {
      bounds.push({
        number: 11,
        what: `whole process, ${items} items, wall: sync / async`,
        bound: ofAsync,
        ...syncOfAsync(rounds),
      });
    }
  }
  return {
    title: "Whole processes",
    method:
      "A fresh process imports the contender, walks one list in pages of 100, touches every item and ends. CPU and wall " +
      "time are those of the process from its start to its end, as its parent sees them; no compile cache, no types to strip.",
    tables,
    bounds,
  };
}

const sizes = [
  { limit: 20, items: 8000, ofLoop: 1.2, ofSDK: 0.45 },
  { limit: 100, items: 30_000, ofLoop: 1.1, ofSDK: 0.48 },
  { limit: 1000, items: 60_000, ofLoop: 1.08, ofSDK: 0.63 },
] as const;

/** What a walk costs in a process that has walked once before: a program that lives for a second. */
export async function warmUp(bench: Bench): Promise<Findings> {
  const bounds: Bound[] = [];
  const tables: Table[] = [];
  for (const { limit, items: many, ofLoop, ofSDK } of bench.quick ? sizes.slice(0, 1) : sizes) {
    const items = bench.quick ? 2 * limit : many;
    const entries = entriesOf({ baseURL: bench.baseURL(items, 0, 400), limit, items });
    const rounds = await secondWalks(entries, bench.quick ? 1 : 11);
    tables.push({
      caption: `limit ${limit}, ${items} items a walk`,
      columns: ["", "CPU µs per item", "wall µs per page", "CPU: pageturn, async / this one"],
      rows: contenders.map(([name]) => [
        name,
        (medianOf(rounds, name, cpu) * 1000) / items,
        (medianOf(rounds, name, wall) * 1000 * limit) / items,
        ratioOf(rounds, [ASYNC, name], cpu),
      ]),
    });
    const ofFaster = (name: string) =>
      Math.max(ratioOf(rounds, [name, UNDICI], cpu), ratioOf(rounds, [name, HTTP], cpu));
    bounds.push(
      {
        number: 12,
        what: `CPU, second walk, limit ${limit}: ours / the faster of undici and node:http, by hand`,
        figure: ofFaster(ASYNC),
        bound: ofLoop,
        byHand: ofFaster(FOR_AWAIT),
      },
      {
        number: 12,
        what: `CPU, second walk, limit ${limit}: ours / ${SDK}`,
        figure: ratioOf(rounds, [ASYNC, SDK], cpu),
        bound: ofSDK,
        byHand: ratioOf(rounds, [FOR_AWAIT, SDK], cpu),
      },
      {
        number: 12,
        what: `wall, second walk, limit ${limit}: sync / async`,
        bound: 1.1,
        ...syncOfAsync(rounds),
      },
    );
  }
  return {
    title: "The second walk of a fresh process",
    method:
      "Each round has fresh processes, which walk the list once and are measured when they walk it again. Items of about 400 bytes.",
    tables,
    bounds,
  };
}

function entriesOf(job: Entry["job"]): Entry[] {
  return contenders.map(([name, file]) => ({ name, file, job }));
}

function syncOfAsync(rounds: Rounds): Pick<Bound, "figure" | "byHand"> {
  return {
    figure: ratioOf(rounds, [SYNC, ASYNC], wall),
    byHand: ratioOf(rounds, [BLOCKING, FOR_AWAIT], wall),
  };
}
