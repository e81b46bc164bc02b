import type { Checkpoint } from "../errors/checkpoint.ts";
import type { AsyncItemWalk } from "./base-async-walk.ts";
import type { BasePage } from "./base-page.ts";
import type { PageRequest } from "./page-request.ts";
import type { ResumableWalkOptions } from "./walk-options.ts";

/** Stands between a walk and its list: asks for a page by `fetch`, or gives null where it is not to be asked for. */
export type Border = <P extends BasePage<unknown>>(
  request: PageRequest,
  fetch: () => Promise<P>,
) => Promise<P | null>;

/** Makes the walk of a part of the list. */
export type OpenSegment<V> = (options: ResumableWalkOptions<V>, border: Border) => AsyncItemWalk<V>;

/** A part of a list, from its place on. */
export interface Segment<V> {
  readonly walk: AsyncItemWalk<V>;
  /** Where on its page it begins. */
  readonly from: Pick<Checkpoint, "offset" | "last" | "reversed">;
  /** The key of the page it begins on; empty until that is asked for. */
  place: string;
  /** Settled when that page has come, or failed; undefined until it is asked for. */
  first: Promise<void> | undefined;
  /** The later one that begins with the page that this one would ask for next. */
  next: Segment<V> | undefined;
  /** The last page received holds an item that a later one begins with: no more is to be fetched ahead. */
  isAtEnd: boolean;
}
