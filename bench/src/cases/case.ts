/** One bound that the library is held to. */
export interface Bound {
  /** The number of the bound in the list of what must hold. */
  readonly number: number;
  readonly what: string;
  readonly figure: number;
  /** The figure may be this at most; where `atLeast` is set, it must be this at least. */
  readonly bound: number;
  readonly atLeast?: boolean;
  /** The same figure for a program that does nothing but what cannot be left out, measured in the same run. */
  readonly byHand?: number;
}

/** A table of a report; the first column holds names, the others figures. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly [name: string, ...figures: readonly number[]])[];
}

/** What a case has measured. */
export interface Findings {
  readonly title: string;
  /** How it was measured. */
  readonly method: string;
  readonly tables: readonly Table[];
  readonly bounds: readonly Bound[];
}

/** What a case is run with. */
export interface Bench {
  /** A quick run only shows that everything runs: its figures mean nothing. */
  readonly quick: boolean;
  /** The base URL of a list of so many items of `itemBytes` (200); each page is answered after so many milliseconds. */
  baseURL(items: number, latencyMs: number, itemBytes?: number): string;
}

/** One thing that is measured. */
export type Case = (bench: Bench) => Promise<Findings>;

/** Whether a figure is within its bound. */
export function isMet({ figure, bound, atLeast = false }: Bound): boolean {
  return atLeast ? figure >= bound : figure <= bound;
}
