import type { Checkpoint } from "../errors/checkpoint.ts";
import type { AsyncWalk } from "./async-walk.ts";
import type { BasePage } from "./base-page.ts";
import type { PageRequest } from "./page-request.ts";

/**
 * Stands between a walk and its list: asks for the page by `fetch`, or gives null where it is not to be asked for.
 */
export type Border<P> = (request: PageRequest, fetch: () => Promise<P>) => Promise<P | null>;

/** A part of a list: from its place to where a later one begins. */
export interface Segment<V> {
  readonly index: number;
  readonly walk: AsyncWalk<BasePage<unknown>, V>;
  /** Where it begins; null for the first one. */
  readonly from: Checkpoint | null;
  /** The key of the page it begins on; null until that is asked for. */
  place: string | null;
  /** Settled when its first page has come, or failed; null until that is asked for. */
  first: Promise<void> | null;
  /** Its first page failed, so that it is not known where it begins. */
  isLost: boolean;
  /** The later one that begins with the page that this one would ask for next. */
  next: Segment<V> | undefined;
  /** The last page received holds an item that a later one begins with: no more is to be fetched ahead. */
  isAtEnd: boolean;
}
