/** How far a walk has come. */
export interface Tally {
  readonly pages: number;
  readonly items: number;
  readonly duplicates: number;
}

/** What several walks have come to together. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (name: keyof Tally) => tallies.reduce((before, tally) => before + tally[name], 0);
  return { pages: sum("pages"), items: sum("items"), duplicates: sum("duplicates") };
}
