/** How often each item of the list was received. */
export interface Tally {
  /** The number of items received, repeats included. */
  readonly received: number;
  /** How often each item of the list was received, in its order; `null` if the list is not known. */
  readonly times: readonly number[] | null;
  readonly missing: number;
  /** The number of items beyond the first of each. */
  readonly repeats: number;
  /** The number of items that are not in the list. */
  readonly foreign: number;
}

/** Compares what was received with the list. `list` is `null` if it is not known: then only repeats are counted. */
export function tally(received: readonly string[], list: readonly string[] | null): Tally {
  const counts = new Map<string, number>();
  for (const key of received) counts.set(key, (counts.get(key) ?? 0) + 1);
  const repeats = received.length - counts.size;
  if (list === null) return { received: received.length, times: null, missing: 0, repeats, foreign: 0 };
  const known = new Set(list);
  const times = list.map((key) => counts.get(key) ?? 0);
  return {
    received: received.length,
    times,
    missing: times.filter((each) => each === 0).length,
    repeats,
    foreign: [...counts.keys()].filter((key) => !known.has(key)).length,
  };
}
