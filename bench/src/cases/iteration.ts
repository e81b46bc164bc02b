import { cpu, median, medianOf } from "../process/median.ts";
import { type Entry, inRounds, type Rounds } from "../process/rounds.ts";
import type { Bench, Findings, Table } from "./case.ts";

const ITEMS = ", items";
const PAGES = ", pages";
const LIMIT = 1000;

const asyncContenders = [
  ["pageturn, async", "iterators/pageturn-async.ts"],
  ["official SDK", "iterators/official-sdk.ts"],
  ["Stripe", "iterators/stripe.ts"],
  ["the least for await can cost", "iterators/flat-by-hand.ts"],
] as const;

/** What the way from item to item costs, without network: the item loop less the loop over the pages by hand. */
export async function iteration(bench: Bench): Promise<Findings> {
  const many = (count: number) => (bench.quick ? 2 * LIMIT : count);
  const repeats = bench.quick ? { warmUps: 0, rounds: 1 } : { warmUps: 4, rounds: 15 };
  const entry = (name: string, file: string, items: number): Entry[] => [
    { name: name + ITEMS, file, job: { baseURL: "", limit: LIMIT, items, by: "items" } },
    { name: name + PAGES, file, job: { baseURL: "", limit: LIMIT, items, by: "pages" } },
  ];
  const items = many(200_000);
  const inTurn = await inRounds(
    [
      ...asyncContenders.flatMap(([name, file]) => entry(name, file, items)),
      { name: `Octokit${PAGES}`, file: "iterators/octokit.ts", job: { baseURL: "", limit: LIMIT, items } },
    ],
    repeats,
  );
  const syncItems = many(4_000_000);
  const [byHand] = entry("pageturn, sync", "iterators/pageturn-sync.ts", syncItems).toReversed();
  const [flat] = entry("pageturn, sync", "iterators/pageturn-sync.ts", syncItems);
  const [nested] = entry("nested generators", "iterators/nested-generators.ts", syncItems);
  const atOnce = await inRounds(
    [byHand, flat, nested].filter((each) => each !== undefined),
    repeats,
  );
  const pagesAlone = `pageturn, sync${PAGES}`;
  return {
    title: "Iteration without network",
    method:
      `Pages of ${LIMIT} tiny items from memory: the async ones from a \`fetch\` that answers at once, the sync ones as ` +
      "objects. The overhead is the CPU of the loop over items less that of the same library's loop over pages; " +
      "Octokit's iterator gives pages only.",
    tables: [
      {
        caption: "async",
        columns: ["", "CPU ns per item, item loop", "page loop", "overhead"],
        rows: [
          ...asyncContenders.map(([name]) => row(inTurn, [name, name + PAGES], items)),
          ["Octokit", Number.NaN, perItem(inTurn, `Octokit${PAGES}`, items), Number.NaN],
        ],
      },
      {
        caption: "sync",
        columns: ["", "CPU ns per item, item loop", "page loop", "overhead"],
        rows: ["pageturn, sync", "nested generators"].map((name) =>
          row(atOnce, [name, pagesAlone], syncItems),
        ),
      },
    ],
    bounds: [
      {
        number: 2,
        what: "iteration overhead, async / official SDK",
        figure: overheadRatio(
          inTurn,
          ["pageturn, async", `pageturn, async${PAGES}`],
          ["official SDK", `official SDK${PAGES}`],
        ),
        bound: 0.15,
        byHand: overheadRatio(
          inTurn,
          ["the least for await can cost", `the least for await can cost${PAGES}`],
          ["official SDK", `official SDK${PAGES}`],
        ),
      },
      {
        number: 2,
        what: "iteration overhead, sync / nested generators",
        figure: overheadRatio(atOnce, ["pageturn, sync", pagesAlone], ["nested generators", pagesAlone]),
        bound: 0.4,
      },
    ],
  };
}

type Pair = readonly [name: string, pages: string];

function perItem(rounds: Rounds, name: string, items: number): number {
  return (medianOf(rounds, name, cpu) * 1e6) / items;
}

function row(rounds: Rounds, [name, pages]: Pair, items: number): Table["rows"][number] {
  const whole = perItem(rounds, name + ITEMS, items);
  const alone = perItem(rounds, pages, items);
  return [name, whole, alone, whole - alone];
}

/** The overhead of each round, so that the two loops which are subtracted ran at nearly the same moment. */
function overheads(rounds: Rounds, [name, pages]: Pair): number[] {
  const alone = (rounds.get(pages) ?? []).map(cpu);
  return (rounds.get(name + ITEMS) ?? []).map((measured, round) => cpu(measured) - (alone[round] ?? 0));
}

function overheadRatio(rounds: Rounds, one: Pair, other: Pair): number {
  return median(overheads(rounds, one)) / median(overheads(rounds, other));
}
