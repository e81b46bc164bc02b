import type { Checkpoint } from "../errors/checkpoint.ts";
import type { AsyncWalk } from "./async-walk.ts";
import { BaseAsyncWalk } from "./base-async-walk.ts";
import type { BasePage } from "./base-page.ts";
import { count } from "./checked-walk-options.ts";
import { itemKey } from "./item-key.ts";
import type { Outcome } from "./outcome.ts";
import { placeKey } from "./page-request.ts";
import type { Border, Segment } from "./segment.ts";
import { sumOf, type Tally } from "./tally.ts";
import type { ResumableWalkOptions } from "./walk-options.ts";

/** What `splitAt()` may be told. */
export interface SegmentOptions {
  /** How many pages of each segment to hold ahead of the consumer. Default 100, which is also the most. */
  readonly prefetch?: number | undefined;
  /** How many segments are fetched at a time. Default: all. */
  readonly concurrency?: number | undefined;
}

/** How a segmented walk ended. */
export interface SegmentedOutcome extends Outcome {
  /** How many of the places were met, and how many were not: the segment before them was walked on. */
  readonly segments: { readonly met: number; readonly dropped: number };
}

/** Walks a part of the list. */
type OpenSegment<V> = <P extends BasePage<unknown>>(
  options: ResumableWalkOptions<never> & { readonly border: Border<P> },
) => AsyncWalk<P, V>;
