import type { MirrorList, MirrorRun } from "../mirror/mirror-types.ts";

/** How a list stands. */
export interface ListStatus {
  readonly name: string;
  readonly mode: MirrorList["mode"];
  /** `running`: a run is open. `late`: it is due for more than its own interval. `failing`: its last run was not complete. */
  readonly state: "new" | "running" | "late" | "failing" | "good";
  /** Rows that are not marked as deleted. */
  readonly rows: number;
  /** The seconds since the time up to which everything was seen; `null` before the first complete run. */
  readonly lag: number | null;
  readonly lastComplete: Date | null;
  readonly nextRunAt: Date;
  /** Pages that the last runs, ten at most, have read: as many requests, without retries. */
  readonly pages: number;
  readonly errors: number;
  readonly lastError: string | null;
  readonly newFields: readonly string[];
  /** The last runs, oldest first. */
  readonly runs: readonly MirrorRun[];
}

/** How all lists of a mirror stand, in the order in which they were added. */
export function mirrorStatus(lists: readonly MirrorList[], now: Date = new Date()): readonly ListStatus[] {
  return lists.map((list) => {
    const { name, mode, rows, position, nextRunAt, lastComplete, newFields } = list;
    const runs = list.runs.toReversed();
    return {
      name,
      mode,
      state: stateOf(list, now),
      rows,
      lag: position === null ? null : Math.max(0, (now.getTime() - position.getTime()) / 1000),
      lastComplete: lastComplete?.endedAt ?? null,
      nextRunAt,
      pages: runs.reduce((sum, run) => sum + run.pages, 0),
      errors: runs.reduce((sum, run) => sum + run.errors, 0),
      lastError: runs.findLast((run) => run.lastError !== null)?.lastError ?? null,
      newFields,
      runs,
    };
  });
}

function stateOf({ runs, nextRunAt, every }: MirrorList, now: Date): ListStatus["state"] {
  const [last] = runs;
  if (last === undefined) return "new";
  if (last.outcome === "open") return "running";
  if (now.getTime() - nextRunAt.getTime() > every * 1000) return "late";
  return last.outcome === "complete" ? "good" : "failing";
}
