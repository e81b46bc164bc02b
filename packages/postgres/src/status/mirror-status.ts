import { unknownReason } from "../catalog/list-source.ts";
import type { Mirror } from "../mirror/mirror.ts";
import type { MirrorList, MirrorRun } from "../mirror/mirror-types.ts";

/** How a mirror stands. */
export interface MirrorStatus {
  /** The time of the database. */
  readonly now: Date;
  /** The lists in the order in which they were added. */
  readonly lists: readonly ListStatus[];
}

/** How a list stands. */
export interface ListStatus {
  readonly name: string;
  readonly mode: MirrorList["mode"];
  /**
   * `failing`: its last run was not complete, or is open and its last attempt has failed, or the catalog does not have the list any
   * more. `late`: it is due for more than its own interval, and no worker has a part of it. `running`: a run is open. The first of
   * these that holds.
   */
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

/** Reads how a mirror stands. */
export async function readStatus(mirror: Mirror): Promise<MirrorStatus> {
  const lists = await mirror.lists();
  const now = await mirror.now();
  return { now, lists: mirrorStatus(lists, now) };
}

/** How lists stand at a time. */
export function mirrorStatus(lists: readonly MirrorList[], now: Date): readonly ListStatus[] {
  return lists.map((list) => {
    const { name, mode, rows, position, nextRunAt, lastComplete, newFields } = list;
    const runs = list.runs.toReversed();
    const unknown = unknownReason(list.list);
    return {
      name,
      mode,
      state: unknown === undefined ? stateOf(list, now) : "failing",
      rows,
      lag: position === null ? null : Math.max(0, (now.getTime() - position.getTime()) / 1000),
      lastComplete: lastComplete?.endedAt ?? null,
      nextRunAt,
      pages: runs.reduce((sum, run) => sum + run.pages, 0),
      errors: runs.reduce((sum, run) => sum + run.errors, 0),
      lastError: unknown ?? runs.findLast((run) => run.lastError !== null)?.lastError ?? null,
      newFields,
      runs,
    };
  });
}

function stateOf({ runs, nextRunAt, every }: MirrorList, now: Date): ListStatus["state"] {
  const [last] = runs;
  if (last === undefined) return "new";
  const isOpen = last.outcome === "open";
  if (last.outcome === "incomplete" || (isOpen && last.failing)) return "failing";
  // A first run may take longer than the time between two runs.
  const waits = Math.max(nextRunAt.getTime(), isOpen ? (last.seenAt ?? last.startedAt).getTime() : 0);
  if (now.getTime() - waits > every * 1000) return "late";
  return isOpen ? "running" : "good";
}
