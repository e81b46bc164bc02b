import type { IsRightClass } from "./error-class.ts";
import { type FaultCase, listSize, positions } from "./fault-case.ts";
import type { Walked } from "./walked.ts";

/** What a walk came to. */
export type VerdictKind =
  /** All items of the list, once each, in order. */
  | "exact"
  /** Other items than the list's, but those that the server's answers held: no client can know better. */
  | "as served"
  /** Some items are missing, and the client says that it did not see everything. */
  | "stopped, says incomplete"
  /** The server asked for a longer wait than the play has time for, and the client waits. */
  | "waits as asked"
  /** An error of the right class; what was handed out before is what was served before. */
  | "error"
  | "wrong class"
  | "silent loss"
  | "duplicate"
  | "endless";

/** A verdict with what there is to say of it. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly detail?: string;
}

/** What a client must never do. */
export const neverKinds: readonly VerdictKind[] = ["silent loss", "duplicate", "endless", "wrong class"];

/** What a walk is judged by. */
export interface Measure {
  readonly played: Pick<FaultCase, "failure" | "served" | "asksToWait">;
  /** The keys of the whole list, in order. */
  readonly whole: readonly string[];
  readonly isRightClass: IsRightClass;
  /** Whether the walk dropped what came again. */
  readonly distinct?: boolean;
}

/** Judges a walk; whether its checkpoint leads on is another question. */
export function verdictOf({ keys, end }: Walked, measure: Measure): Verdict {
  const { whole, played } = measure;
  if (end.kind === "cut" && end.by === "time" && played.asksToWait !== undefined)
    return { kind: "waits as asked", detail: played.asksToWait };
  if (end.kind === "cut") return { kind: "endless", detail: end.by === "time" ? "waits" : "goes on" };
  const served = (played.served ?? positions(0, listSize)).map((position) => whole[position] ?? "");
  const expected = measure.distinct ? [...new Set(served)] : served;
  if (end.kind === "error") {
    if (!isPrefix(keys, expected) && !isPrefix(keys, whole)) return astray(keys, { expected, whole });
    const name = nameOf(end.error);
    const isRight = measure.isRightClass(end.error, played.failure);
    return { kind: isRight ? "error" : "wrong class", detail: name };
  }
  if (isSame(keys, whole))
    return { kind: "exact", ...(end.complete === false && { detail: "says incomplete" }) };
  if (end.complete === false && isPrefix(keys, expected)) return { kind: "stopped, says incomplete" };
  // A client without a limit cannot call a body too large.
  const mayEnd = played.failure === undefined || played.failure === "too large";
  if (mayEnd && isSame(keys, expected)) {
    return { kind: "as served", detail: difference(expected, whole) };
  }
  return astray(keys, { expected, whole });
}

interface Expectation {
  readonly expected: readonly string[];
  readonly whole: readonly string[];
}

/** Says in which way items differ from those that were served. */
function astray(keys: readonly string[], { expected, whole }: Expectation): Verdict {
  const strange = keys.filter((key) => !whole.includes(key)).length;
  if (strange > 0) return { kind: "silent loss", detail: `${strange} values that are not items` };
  if (expected.some((key) => !keys.includes(key)))
    return { kind: "silent loss", detail: difference(keys, expected) };
  if (repeats(keys) > repeats(expected)) return { kind: "duplicate", detail: difference(keys, expected) };
  return { kind: "silent loss", detail: difference(keys, whole) || "in another order" };
}

function repeats(keys: readonly string[]): number {
  return keys.length - new Set(keys).size;
}

function difference(keys: readonly string[], expected: readonly string[]): string {
  const missing = expected.filter((key) => !keys.includes(key)).length;
  const again = repeats(keys);
  const parts = [missing > 0 && `${missing} missing`, again > 0 && `${again} twice`];
  return parts.filter((part) => part !== false).join(", ");
}

function isPrefix(keys: readonly string[], expected: readonly string[]): boolean {
  return keys.length <= expected.length && keys.every((key, at) => key === expected[at]);
}

function isSame(keys: readonly string[], expected: readonly string[]): boolean {
  return keys.length === expected.length && isPrefix(keys, expected);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
