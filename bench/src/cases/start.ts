import { Child } from "../process/child.ts";
import { median } from "../process/median.ts";
import type { Bench, Findings } from "./case.ts";

interface Start {
  readonly importMs: number;
  readonly firstMs: number;
  /** How many of undici's files were loaded by the import, and after the first request. */
  readonly undiciFiles: readonly [number, number];
}

const starts = ["pageturn-async", "pageturn-sync", "official-sdk"] as const;

/** What a fresh process pays: for the import, and for its first request. */
export async function start(bench: Bench): Promise<Findings> {
  const seen = new Map<string, Start[]>(starts.map((name) => [name, []]));
  for (let round = 0; round < (bench.quick ? 1 : 21); round++) {
    for (const name of starts) {
      using child = new Child("process/run-start.ts", name);
      seen.get(name)?.push(await child.ask<Start>({ baseURL: bench.baseURL(20, 0) }));
    }
  }
  const of = (name: string, read: (start: Start) => number) => median((seen.get(name) ?? []).map(read));
  const ratio = (one: string, other: string, read: (start: Start) => number) =>
    median((seen.get(one) ?? []).map((each, round) => read(each) / read(seen.get(other)?.[round] ?? each)));
  return {
    title: "A fresh process",
    method:
      "`await import()` of the package, then the first list call; each in a process of its own, taking turns.",
    tables: [
      {
        caption: "",
        columns: ["", "import ms", "first request ms", "undici files after import", "after the request"],
        rows: starts.map((name) => [
          name,
          of(name, ({ importMs }) => importMs),
          of(name, ({ firstMs }) => firstMs),
          of(name, ({ undiciFiles }) => undiciFiles[0]),
          of(name, ({ undiciFiles }) => undiciFiles[1]),
        ]),
      },
    ],
    bounds: [
      {
        number: 4,
        what: "first request of a process, sync / async",
        figure: ratio("pageturn-sync", "pageturn-async", ({ firstMs }) => firstMs),
        bound: 2.5,
      },
      {
        number: 8,
        what: "import, pageturn / official SDK",
        figure: ratio("pageturn-async", "official-sdk", ({ importMs }) => importMs),
        bound: 0.3,
      },
      {
        number: 8,
        what: "files of undici loaded by the import",
        figure: of("pageturn-async", ({ undiciFiles }) => undiciFiles[0]),
        bound: 0,
      },
    ],
  };
}
