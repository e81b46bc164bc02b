import type { Measured } from "./job.ts";
import type { Rounds } from "./rounds.ts";

/** The processor time of a measurement, in milliseconds. */
export function cpu({ cpuMs }: Measured): number {
  return cpuMs;
}

/** The wall time of a measurement, in milliseconds. */
export function wall({ wallMs }: Measured): number {
  return wallMs;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

/** The median of what `of` reads from the rounds of one entry. */
export function medianOf(rounds: Rounds, name: string, of: (measured: Measured) => number): number {
  return median((rounds.get(name) ?? []).map(of));
}

/** The median over the rounds of the ratio of two entries: both were measured at nearly the same moment. */
export function ratioOf(
  rounds: Rounds,
  [one, other]: readonly [string, string],
  of: (measured: Measured) => number,
): number {
  const others = (rounds.get(other) ?? []).map(of);
  return median((rounds.get(one) ?? []).map((measured, round) => of(measured) / (others[round] ?? 0)));
}
