import type { Checkpoint } from "../../errors/pageturn-error.ts";
import { object, plainCopy, refused } from "../checkpoint/resume.ts";
import { type IncompleteReason, missingIn } from "../walk/outcome.ts";
import type { Span } from "./slice-plan.ts";

/** The members of the checkpoint of a walk in slices: after the last item that was returned. */
export interface SliceCheckpoint extends Checkpoint, Span {
  readonly v: 2;
  readonly order: "desc" | "asc";
  /** The borders of the slices that have not ended, in ascending order; empty after the last one. */
  readonly borders: readonly number[];
  /** The slice that is consumed: the range that it requests, and the position in it. `null` after the last one. */
  readonly head: { readonly range: Span; readonly at: Checkpoint } | null;
  /** Present where a slice that has ended was not seen whole: why, or `null` where its outcome does not say it. */
  readonly incomplete?: IncompleteReason | null;
}

/**
 * The checkpoint of a walk in slices, checked. Throws `CheckpointError`.
 *
 * It is hostile input. It cannot change a filter, and every range in it is inside of its own `from` and `to`, which the
 * walk compares with those of the list.
 */
export function sliceCheckpoint(checkpoint: Checkpoint): SliceCheckpoint {
  const { v, from, to, order, borders, head, incomplete } = object(plainCopy(checkpoint), "it");
  if (v !== 2 || !Array.isArray(borders) || (order !== "asc" && order !== "desc"))
    throw refused("it is not that of sliceByTime()");
  const span = spanOf(from, to);
  const times = borders.map((border) => time(border));
  const [first = span.from] = times;
  const last = times.at(-1) ?? span.to;
  const isAscending = times.every((border, index) => index === 0 || border > Number(times[index - 1]));
  // The one slice of an empty range has two borders that are the same.
  const isInstant = times.length === 2 && first === last && span.from === span.to;
  const isOpen = order === "asc" ? last === span.to : first === span.from;
  const isInside = first >= span.from && last <= span.to;
  if (times.length === 1 || !(isAscending || isInstant) || !isInside || !isOpen)
    throw refused("its borders do not divide its range");
  const missing = missingIn(incomplete);
  const common = {
    v,
    ...span,
    order,
    borders: times,
    ...(missing !== undefined && { incomplete: missing }),
  } as const;
  if (times.length === 0) return { ...common, head: null };
  const { range, at } = object(head, "`head`");
  const asked = object(range, "`head.range`");
  const requested = spanOf(asked["from"], asked["to"]);
  const [lo, hi] = order === "asc" ? times : times.slice(-2);
  if (
    requested.from < span.from ||
    requested.to > span.to ||
    requested.from > Number(lo) ||
    requested.to < Number(hi)
  )
    throw refused("its first slice is not inside of what it requests");
  // The cast: the members of the position are checked where the list of the slice is resumed from it.
  const position = object(at, "`head.at`") as unknown as Checkpoint;
  return { ...common, head: { range: requested, at: position } };
}

function spanOf(from: unknown, to: unknown): Span {
  return { from: time(from), to: time(to) };
}

/** The largest time of a `Date`. */
const MAX_TIME = 8.64e15;

function time(value: unknown): number {
  if (Number.isSafeInteger(value) && Math.abs(Number(value)) <= MAX_TIME) return Number(value);
  throw refused("a time in it is not a whole number of milliseconds");
}
