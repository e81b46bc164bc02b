import type { FaultScript } from "pageturn/testing";

/** The three ways of paging: `after_id = last_id`, `page = next_page`, `page_token = next_page` with `has_more`. */
export const listNames = ["ids", "cursor", "token"] as const;

/** One of the lists that every fault is played on. */
export type ListName = (typeof listNames)[number];

/** A failure that is well defined: whoever walks the list must be told of it by an error of the right class. */
export type Failure =
  | { readonly status: number }
  | "connection"
  | "timeout"
  | "not a list"
  | "too large"
  | "expired cursor"
  | "loop"
  | "no progress";

/** One row of the table: what goes wrong, and what can be known of it. */
export interface FaultCase {
  readonly title: string;
  readonly script: FaultScript;
  /** The lists it can be played on; all three where it is left out. */
  readonly lists?: readonly ListName[];
  /** The error that has to come; left out where the list can be walked to its end. */
  readonly failure?: Failure;
  /**
   * The positions of the items that the server's answers hold, page after page; left out where it is the whole list.
   * A client that follows the server hands out these, and cannot know of others.
   */
  readonly served?: readonly number[];
  /** How long the server asks to wait, where that is longer than this play has time for. */
  readonly asksToWait?: string;
  /** Whether the same walk is played once more with `distinctBy`, which the official SDK does not have. */
  readonly distinct?: boolean;
  /** What tells items apart; `"id"` where it is left out. */
  readonly key?: string;
  /** Milliseconds for each attempt; 10,000 where it is left out. */
  readonly timeout?: number;
  /** How many retries each page gets; 2 where it is left out. */
  readonly retries?: number;
}

/** How many items the lists have, and how many a page holds. */
export const listSize = 50;
export const pageSize = 10;

/** The positions from `from` up to, not including, `to`. */
export function positions(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}
