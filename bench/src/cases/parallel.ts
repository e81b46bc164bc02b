import { medianOf, ratioOf, wall } from "../process/median.ts";
import { inRounds } from "../process/rounds.ts";
import type { Bench, Findings } from "./case.ts";

const NESTED = "two nested loops";
const FLAT = "flatMap, concurrency 8";
const SEQUENTIAL = "sequential walk";
const SEGMENTS = "re-walk in 8 segments";
const SLICES = "sliceByTime, 8 at a time";

/** Lists of lists side by side, and one list from several saved places at once, at 20 ms a page. */
export async function parallel(bench: Bench): Promise<Findings> {
  const repeats = bench.quick ? { warmUps: 1, rounds: 1 } : { warmUps: 1, rounds: 3 };
  const parents = bench.quick ? 8 : 64;
  const tree = { baseURL: bench.baseURL(parents, 20), limit: 100, items: parents * 100 };
  const lists = await inRounds(
    [
      { name: NESTED, file: "contenders/pageturn-nested-lists.ts", job: tree },
      { name: FLAT, file: "contenders/pageturn-flat-map.ts", job: tree },
    ],
    repeats,
  );
  const items = (bench.quick ? 16 : 400) * 20;
  const long = { baseURL: bench.baseURL(items, 20), limit: 20, items };
  const walks = await inRounds(
    [
      { name: SEQUENTIAL, file: "contenders/pageturn-async.ts", job: long },
      { name: SEGMENTS, file: "contenders/pageturn-segments.ts", job: long },
      { name: SLICES, file: "contenders/pageturn-slices.ts", job: long },
    ],
    repeats,
  );
  return {
    title: "In parallel, at 20 ms a page",
    method:
      `A list of ${parents} items with a list of 100 items in five pages behind each; and a list of ${items / 20} pages, ` +
      "walked again from 8 places that lie evenly in it (its start and 7 checkpoints), and for the first time in slices of its range of time. " +
      "The slices send at most 10 % more requests.",
    tables: [lists, walks].map((rounds) => ({
      caption: "",
      columns: ["", "wall ms"],
      rows: [...rounds.keys()].map((name) => [name, medianOf(rounds, name, wall)]),
    })),
    bounds: [
      {
        number: 7,
        what: `${NESTED} / ${FLAT}, wall`,
        figure: ratioOf(lists, [NESTED, FLAT], wall),
        bound: 7,
        atLeast: true,
      },
      {
        number: 7,
        what: `${SEQUENTIAL} / ${SEGMENTS}, wall`,
        figure: ratioOf(walks, [SEQUENTIAL, SEGMENTS], wall),
        bound: 6,
        atLeast: true,
      },
      {
        number: 9,
        what: `${SLICES} / ${SEQUENTIAL}, wall`,
        figure: ratioOf(walks, [SLICES, SEQUENTIAL], wall),
        bound: 0.15,
      },
    ],
  };
}
