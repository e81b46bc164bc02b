import { Child } from "./child.ts";
import { buildPrograms, runProgram } from "./fresh-process.ts";
import type { Job, Measured } from "./job.ts";

/** Something to be measured under a name: a contender's file and what it is asked to do. */
export interface Entry {
  readonly name: string;
  readonly file: string;
  readonly job: Job;
}

/** How often everything is measured. */
export interface Repeats {
  readonly warmUps: number;
  readonly rounds: number;
}

/** The measured walks of each entry, by name, one for each round. */
export type Rounds = ReadonlyMap<string, readonly Measured[]>;

/**
 * Measures all entries in turn, A B C, A B C, …, each in a process of its own, so that a busy moment of the machine
 * falls on all of them alike.
 */
export async function inRounds(entries: readonly Entry[], repeats: Repeats): Promise<Rounds> {
  using stack = new DisposableStack();
  const running = entries.map((entry) => {
    const child = stack.use(Child.contender(entry.file));
    return { entry, measure: () => child.ask<Measured>(entry.job) };
  });
  return await inTurn(running, repeats);
}

/** Measures fresh processes in turn: each imports its contender, walks the list of the job and ends. */
export async function inFreshProcesses(entries: readonly Entry[], repeats: Repeats): Promise<Rounds> {
  await buildPrograms(entries.map(({ file }) => file));
  const programs = entries.map((entry) => ({ entry, measure: () => runProgram(entry.file, entry.job) }));
  return await inTurn(programs, repeats);
}

interface Turn {
  readonly entry: Entry;
  measure(): Promise<Measured>;
}

async function inTurn(turns: readonly Turn[], { warmUps, rounds }: Repeats): Promise<Rounds> {
  const results = new Map<string, Measured[]>(turns.map(({ entry }) => [entry.name, []]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const { entry, measure } of turns) {
      const measured = await measure();
      assertWhole(entry, measured);
      if (round >= 0) results.get(entry.name)?.push(measured);
    }
  }
  return results;
}

function assertWhole({ name, job }: Entry, { items, idLength }: Measured): void {
  if (items === job.items && idLength > 0) return;
  throw new Error(`${name} walked ${items} items of ${job.items}`);
}
