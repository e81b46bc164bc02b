import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "../process/median.ts";
import { type Checked, type Compiler, compilers, typeCheck } from "../process/type-check.ts";
import type { Bench, Bound, Findings, Table } from "./case.ts";

const SDK = "official SDK";
const ASYNC = "pageturn, async";
const SYNC = "pageturn, sync";
const TYPES = "pageturn, async, and pageturn/types";

/** Programs that use one list. */
const programs: Readonly<Record<string, string>> = {
  [SDK]: `import { Anthropic } from "@anthropic-ai/sdk";
for await (const model of new Anthropic().models.list({ limit: 20 })) console.log(model.display_name);`,
  [ASYNC]: `import { AsyncAnthropic } from "pageturn";
for await (const model of new AsyncAnthropic().models.list({ limit: 20 })) console.log(model.display_name);`,
  [SYNC]: `import { Anthropic } from "pageturn";
for (const model of new Anthropic().models.list({ limit: 20 })) console.log(model.display_name);`,
  [TYPES]: `import { AsyncAnthropic } from "pageturn";
import type { Models } from "pageturn/types";
const show = (model: Models.Item): void => console.log(model.display_name);
for await (const model of new AsyncAnthropic().models.list({ limit: 20 })) show(model);`,
};

interface Setting {
  readonly compiler: Compiler;
  readonly skipLibCheck: boolean;
  readonly rounds: number;
}

const settings: readonly Setting[] = [
  { compiler: "TypeScript 7", skipLibCheck: true, rounds: 15 },
  { compiler: "TypeScript 7", skipLibCheck: false, rounds: 15 },
  { compiler: "TypeScript 6", skipLibCheck: true, rounds: 7 },
];

// Below bench/, so that the programs find the packages that bench/ depends on.
const home = join(import.meta.dirname, "../../build/typecheck");

/** What it costs to type-check a program that uses one list. */
export async function typecheck(bench: Bench): Promise<Findings> {
  const bounds: Bound[] = [];
  const tables: Table[] = [];
  for (const setting of bench.quick ? settings.slice(0, 1) : settings) {
    const { compiler, skipLibCheck } = setting;
    const rounds = await measure(setting, bench.quick ? 1 : setting.rounds);
    const caption = `${compiler}, skipLibCheck: ${skipLibCheck}`;
    tables.push(tableOf(caption, rounds));
    for (const name of [ASYNC, SYNC]) {
      for (const [what, of] of Object.entries({ total: totalTime, check: checkTime })) {
        bounds.push({
          number: 13,
          what: `type-check, ${caption}, ${what} time: ${name} / ${SDK}`,
          figure: ratio(rounds, name, of),
          bound: 1.3,
        });
      }
    }
  }
  return {
    title: "Type-checking",
    method:
      "`tsc --noEmit --extendedDiagnostics` on a program that imports a client and loops over one list, with the declarations " +
      "that are published. Each program is a process of its own, and they take turns.",
    tables,
    bounds,
  };
}

type Rounds = ReadonlyMap<string, readonly Checked[]>;

async function measure({ compiler, skipLibCheck }: Setting, rounds: number): Promise<Rounds> {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const results = new Map<string, Checked[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [index, [name, program]] of Object.entries(programs).entries()) {
      const file = join(home, `program-${index}.ts`);
      writeFileSync(file, `${program}\n`);
      const checked = await typeCheck(file, { compiler: compilers[compiler], skipLibCheck });
      results.set(name, [...(results.get(name) ?? []), checked]);
    }
  }
  return results;
}

function totalTime({ totalMs }: Checked): number {
  return totalMs;
}

function checkTime({ checkMs }: Checked): number {
  return checkMs;
}

/** The median of the ratios within each round. */
function ratio(rounds: Rounds, name: string, of: (checked: Checked) => number): number {
  const others = rounds.get(SDK) ?? [];
  return median((rounds.get(name) ?? []).map((checked, round) => of(checked) / of(others[round] ?? checked)));
}

function tableOf(caption: string, rounds: Rounds): Table {
  const of = (name: string, read: (checked: Checked) => number) => median((rounds.get(name) ?? []).map(read));
  return {
    caption,
    columns: [
      "",
      "total ms",
      "check ms",
      "files",
      "types",
      "instantiations",
      "memory MB",
      "total: this one / SDK",
    ],
    rows: Object.keys(programs).map((name) => [
      name,
      of(name, totalTime),
      of(name, checkTime),
      of(name, ({ files }) => files),
      of(name, ({ types }) => types),
      of(name, ({ instantiations }) => instantiations),
      of(name, ({ memoryMb }) => memoryMb),
      ratio(rounds, name, totalTime),
    ]),
  };
}
