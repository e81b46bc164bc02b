/** How far a walk has come. */
export interface Tally {
  readonly pages: number;
  readonly items: number;
  readonly duplicates: number;
}

/** What several walks have come to together. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = { pages: 0, items: 0, duplicates: 0 };
  for (const { pages, items, duplicates } of tallies) {
    sum.pages += pages;
    sum.items += items;
    sum.duplicates += duplicates;
  }
  return sum;
}
