import { startMockServer } from "pageturn/testing";
import { caseGroups } from "./all-cases.ts";
import { listSize } from "./fault-case.ts";
import { type CaseVerdicts, playCase } from "./play-case.ts";

/** The verdicts on one group of faults. */
export interface GroupVerdicts {
  readonly title: string;
  readonly verdicts: readonly CaseVerdicts[];
}

/** Most of the time is spent waiting for retries, so several servers are asked at once. */
const servers = 6;

/** Plays all faults. The verdicts do not depend on time or order. */
export async function playAll(): Promise<readonly GroupVerdicts[]> {
  const cases = caseGroups.flatMap((group) => group.cases);
  const verdicts = new Map<string, CaseVerdicts>();
  const queue = cases.values();
  const work = async () => {
    await using server = await startMockServer({ items: listSize });
    for (const played of queue) verdicts.set(played.title, await playCase(server, played));
  };
  await Promise.all(Array.from({ length: servers }, work));
  return caseGroups.map(({ title, cases: own }) => ({
    title,
    verdicts: own.flatMap((played) => verdicts.get(played.title) ?? []),
  }));
}
