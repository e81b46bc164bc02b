import { cpu, medianOf, ratioOf } from "../process/median.ts";
import { inRounds } from "../process/rounds.ts";
import type { Bench, Findings } from "./case.ts";

const NOBODY = "channels, nobody listens";
const WITHOUT = "without channels";
const LISTENER = "channels, a listener on each";

/** What the tracing channels cost: of the same build, with them and without. */
export async function tracing(bench: Bench): Promise<Findings> {
  const pages = bench.quick ? 10 : 10_000;
  const job = { baseURL: "", limit: 20, items: pages * 20 };
  const rounds = await inRounds(
    [
      { name: NOBODY, file: "iterators/pageturn-async.ts", job },
      { name: WITHOUT, file: "iterators/pageturn-untraced.ts", job },
      { name: LISTENER, file: "iterators/pageturn-traced.ts", job },
    ],
    bench.quick ? { warmUps: 0, rounds: 1 } : { warmUps: 3, rounds: 21 },
  );
  return {
    title: "Tracing channels",
    method:
      `Walks of ${pages} pages of 20 items from a \`fetch\` that answers at once. Without channels: the same ` +
      "build in a process that has no `node:diagnostics_channel`.",
    tables: [
      {
        caption: "",
        columns: ["", "CPU µs per page"],
        rows: [...rounds.keys()].map((name) => [name, (medianOf(rounds, name, cpu) * 1000) / pages]),
      },
    ],
    bounds: [
      {
        number: 11,
        what: `${NOBODY} / ${WITHOUT}, CPU`,
        figure: ratioOf(rounds, [NOBODY, WITHOUT], cpu),
        bound: 1.03,
      },
    ],
  };
}
