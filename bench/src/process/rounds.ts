import { Child } from "./child.ts";
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
export async function inRounds(entries: readonly Entry[], { warmUps, rounds }: Repeats): Promise<Rounds> {
  using stack = new DisposableStack();
  const running = entries.map((entry) => ({ entry, child: stack.use(Child.contender(entry.file)) }));
  const results = new Map<string, Measured[]>(entries.map(({ name }) => [name, []]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const { entry, child } of running) {
      const measured = await child.ask<Measured>(entry.job);
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
