// `npm run bench`: measures everything and writes RESULTS.md. `npm run bench -- wire start` measures only these and
// writes nothing; `npm run bench:quick` shows in seconds that everything runs, and its figures mean nothing.
import type { Bench, Case, Findings } from "./cases/case.ts";
import { cliStart } from "./cases/cli-start.ts";
import { cold, warmUp } from "./cases/cold.ts";
import { iteration } from "./cases/iteration.ts";
import { latency } from "./cases/latency.ts";
import { memory } from "./cases/memory.ts";
import { parallel } from "./cases/parallel.ts";
import { protocol } from "./cases/protocol.ts";
import { start } from "./cases/start.ts";
import { tracing } from "./cases/tracing.ts";
import { typecheck } from "./cases/typecheck.ts";
import { wholeList } from "./cases/whole-list.ts";
import { wire } from "./cases/wire.ts";
import { Child } from "./process/child.ts";
import { boundLines, section, writeResults } from "./report/write-results.ts";

const cases: Readonly<Record<string, Case>> = {
  wire,
  iteration,
  latency,
  wholeList,
  memory,
  parallel,
  start,
  cliStart,
  cold,
  warmUp,
  protocol,
  typecheck,
  tracing,
};

function chosenCases(names: readonly string[]): readonly [string, Case][] {
  const unknown = names.find((name) => cases[name] === undefined);
  if (unknown !== undefined) {
    console.error(
      `Cannot measure ${unknown}: it must be one of ${Object.keys(cases).join(", ")}, or --quick`,
    );
    process.exit(2);
  }
  return Object.entries(cases).filter(([name]) => names.length === 0 || names.includes(name));
}

function assertFigures({ title, bounds }: Findings): void {
  const missing = bounds.find(({ figure }) => !Number.isFinite(figure));
  if (missing !== undefined) throw new Error(`${title} gave no figure for: ${missing.what}`);
}

const args = process.argv.slice(2);
const quick = args.includes("--quick");
const names = args.filter((arg) => arg !== "--quick");
const chosen = chosenCases(names);

using server = new Child("server/page-server.ts");
const port = await server.ask<number>();
const bench: Bench = {
  quick,
  baseURL: (items, latencyMs, itemBytes = 200) =>
    `http://127.0.0.1:${port}/${items}-items/${latencyMs}-ms/${itemBytes}-bytes`,
};
const all: Findings[] = [];
for (const [name, measure] of chosen) {
  const begin = performance.now();
  const findings = await measure(bench);
  assertFigures(findings);
  all.push(findings);
  console.log(`${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
  if (names.length > 0) console.log(section(findings).join("\n\n"));
  if (!quick) for (const line of boundLines(findings.bounds)) console.log(`  ${line}`);
}
if (!quick && names.length === 0) writeResults(all);
