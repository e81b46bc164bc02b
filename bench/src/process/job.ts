/** One walk of a whole list, as the parent asks a contender for it. */
export interface Job {
  /** Where the list is served; `""` for those that are walked in memory. */
  readonly baseURL: string;
  /** Items per page; null for the contender's own default. */
  readonly limit: number | null;
  /** How many items the list has. */
  readonly items: number;
  /** What the loop goes over. */
  readonly by?: "items" | "pages";
  /** Pages to fetch ahead, where the contender can. */
  readonly prefetch?: number;
  /** How many lists are walked at once, where the contender can; `items` is what they have together. Default: 1. */
  readonly lists?: number;
  /** Whether the server speaks HTTP/2. */
  readonly http2?: boolean;
  /** Whether a fresh process walks the list once before it is measured, and only the second walk counts. */
  readonly warmUp?: boolean;
  /** Milliseconds of work that the consumer does with each page. */
  readonly workMs?: number;
}

/** What a walk has seen, to be sure that all contenders did the same. */
export interface Tally {
  readonly items: number;
  /** The length of all ids together: every item was touched. */
  readonly idLength: number;
}

/** A walk and what it took. */
export interface Measured extends Tally {
  readonly wallMs: number;
  /** Of the whole process: threads of workers, of the compiler and of the garbage collector included. */
  readonly cpuMs: number;
  /** The most memory that the process has had so far. */
  readonly peakRssMb: number;
}

/** What a contender's file exports as `walk`. */
export type Walk = (job: Job) => Tally | Promise<Tally>;
