import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { median } from "../process/median.ts";
import type { Bench, Findings } from "./case.ts";

const command = join(import.meta.dirname, "../../../packages/cli/bin/pageturn.js");
const programs = {
  "node -e 0": ["-e", "0"],
  "pageturn --help": [command, "--help"],
  "pageturn lists": [command, "lists"],
} as const;

type Program = keyof typeof programs;

/** How long the command takes to start: the help loads nothing of the library, the names of the lists its catalog. */
export async function cliStart(bench: Bench): Promise<Findings> {
  const names = Object.keys(programs).filter((name): name is Program => Object.hasOwn(programs, name));
  const walls = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < (bench.quick ? 1 : 31); round++) {
    for (const name of names) walls.get(name)?.push(await wallMs(programs[name]));
  }
  const of = (name: Program) => walls.get(name) ?? [];
  const ratio = of("pageturn --help").map((ms, round) => ms / (1.5 * (of("node -e 0")[round] ?? ms) + 60));
  return {
    title: "The start of the command",
    method: "A process from its start to its end, taking turns; the output goes into a pipe.",
    tables: [{ caption: "", columns: ["", "wall ms"], rows: names.map((name) => [name, median(of(name))]) }],
    bounds: [
      {
        number: 14,
        what: "`pageturn --help` / (1.5 times `node -e 0`, plus 60 ms)",
        figure: median(ratio),
        bound: 1,
      },
    ],
  };
}

async function wallMs(args: readonly string[]): Promise<number> {
  const begin = performance.now();
  await promisify(execFile)(process.execPath, args, { env: { PATH: process.env["PATH"] } });
  return performance.now() - begin;
}
