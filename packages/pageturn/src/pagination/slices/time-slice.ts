import type { Checkpoint } from "../../errors/pageturn-error.ts";
import { PaginationError } from "../../errors/pagination-error.ts";
import type { BaseAsyncPage, FetchGate } from "../list/async-paginator.ts";
import type { PageRequest } from "../request/page-request.ts";
import type { AsyncWalk } from "../walk/async-walk.ts";
import { UNBOUNDED } from "../walk/walk-options.ts";
import type { SlicePlan, Span } from "./slice-plan.ts";

/** A slice with fewer pages than this, as far as its density tells, is not divided: each part costs half a page more. */
const PAGES_WORTH_A_SPLIT = 12;

/** Stands between a slice and its list, see {@link FetchGate}. */
export type SliceGate<P extends BaseAsyncPage<V>, V> = (
  slice: TimeSlice<P, V>,
  fetch: () => Promise<P>,
) => Promise<P | null>;

/** The times of the first and the last item of some pages. */
interface Reached {
  readonly first: number;
  readonly last: number;
}

/** A part of the range: it returns the items from `from` to before `to`, in the order of the list. */
export class TimeSlice<P extends BaseAsyncPage<V>, V> {
  /** What it requests. The slice itself is smaller where a part of it was split off. */
  readonly range: Span;
  readonly walk: AsyncWalk<P, V>;
  /** The arrival of its first page; `undefined` before it is requested, and after it was handled. */
  first: Promise<boolean> | undefined;
  isStarted = false;
  from: number;
  to: number;
  readonly #plan: SlicePlan<P, V>;
  #pages = 0;
  /** The times of the first and the last item received; `null` while there are none, or an item has no time. */
  #reached: Reached | null = null;
  /** The page noted last, and the times before it: a page that the walk could not use is requested again. */
  #noted: { readonly request: PageRequest; readonly before: Reached | null } | null = null;
  #isAtEnd = false;
  /** Whether it has received items that belong to other slices. */
  #hasForeign = false;

  /** Throws `CheckpointError` where `resumeFrom` cannot be used. Nothing is requested. */
  constructor(
    plan: SlicePlan<P, V>,
    { from, to }: Span,
    options: { readonly gate: SliceGate<P, V>; readonly range?: Span; readonly resumeFrom?: Checkpoint },
  ) {
    const { gate, range = { from, to }, resumeFrom } = options;
    this.#plan = plan;
    this.from = from;
    this.to = to;
    this.range = range;
    const open: FetchGate<P> = (_, fetch) => gate(this, fetch);
    const { onIncomplete } = plan;
    this.walk = plan.listOf(range).gatedItems(open, {
      ...UNBOUNDED,
      distinctBy: null,
      // The permits bound how many pages all slices hold.
      prefetch: Number.POSITIVE_INFINITY,
      onIncomplete,
      resumeFrom,
    });
  }

  /** Whether no more is to be fetched: the last page received goes beyond the slice. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** How many pages it holds, the one that is consumed included. */
  get pagesHeld(): number {
    return this.walk.core.queue.length + (this.#pages > 0 ? 1 : 0);
  }

  /** Whether the next item belongs to it. */
  get hasItem(): boolean {
    return this.walk.hasBuffered && this.#owns(this.walk.core.peek());
  }

  /** Removes buffered items that belong to other slices. False where one is met after which only such items follow. */
  skipForeign(): boolean {
    const { walk } = this;
    while (walk.hasBuffered && !this.hasItem) {
      if (this.#isPast(this.#timeOf(walk.core.peek()))) return false;
      walk.shift();
    }
    return true;
  }

  /**
   * Notes a page, and checks that it is what was requested. Throws {@link PaginationError} for an item outside of the
   * range, or not in the order of the list: several slices would return it, or the order would not be that of one walk.
   */
  note(page: P): void {
    const { isDescending, align } = this.#plan;
    const { path } = page.request;
    const repeated = this.#noted?.request === page.request ? this.#noted : null;
    const before = repeated === null ? this.#reached : repeated.before;
    let reached = before;
    for (const item of page.walkItems) {
      const time = this.#plan.timeOf(item);
      if (time === undefined) {
        if (this.#plan.isTimed)
          throw new PaginationError(
            `Cannot slice the list of ${path}: timeOf returns no time for an item. Return a Date, milliseconds or a date as text, or pass timeOf: null where the items have none`,
          );
        continue;
      }
      if (time < this.range.from - align || time > this.range.to + align)
        throw new PaginationError(
          `Cannot slice the list of ${path}: an item is outside of the requested range. The server does not apply the range, or timeOf reads another time`,
        );
      if (reached !== null && (isDescending ? time > reached.last : time < reached.last))
        throw new PaginationError(
          `Cannot slice the list of ${path}: its items are not in the order "${isDescending ? "desc" : "asc"}" by their time. Pass the order of the list, or walk it as a whole`,
        );
      reached = { first: reached?.first ?? time, last: time };
      this.#hasForeign ||= !this.#isInside(time);
    }
    this.#noted = { request: page.request, before };
    this.#reached = reached;
    if (repeated === null) this.#pages += 1;
    this.#isAtEnd = this.#plan.isTimed && reached !== null && this.#isPast(reached.last);
  }

  /**
   * Splits off the later half, in the order of the list, of what has not been received; `null` where so few pages are
   * left, as far as the density so far tells, that it is not worth it, and where it cannot be divided.
   */
  divide(gate: SliceGate<P, V>): TimeSlice<P, V> | null {
    const reached = this.#reached;
    const isOver = this.#isAtEnd || this.walk.core.planner.end !== null;
    if (isOver || reached === null || this.#pages < 2) return null;
    const { isDescending, align } = this.#plan;
    const { from, to } = this;
    const [start, end] = isDescending ? [from, reached.last] : [reached.last, to];
    // Not finite where all items share one time.
    const pagesLeft = ((end - start) / Math.abs(reached.first - reached.last)) * this.#pages;
    const middle = Math.floor((start + (end - start) / 2) / align) * align;
    const isWorthIt = Number.isFinite(pagesLeft) && pagesLeft >= PAGES_WORTH_A_SPLIT;
    if (!isWorthIt || middle <= start || middle >= to) return null;
    const part = isDescending ? { from, to: middle } : { from: middle, to };
    const later = new TimeSlice<P, V>(this.#plan, part, { gate });
    if (isDescending) this.from = middle;
    else this.to = middle;
    return later;
  }

  /** Most slices have no items of others: then the times of their items are read once, when the page arrives. */
  #owns(item: unknown): boolean {
    const { from, to, range } = this;
    const isShared = this.#hasForeign || from !== range.from || to !== range.to;
    return !isShared || this.#isInside(this.#timeOf(item));
  }

  /** Where an API includes an end of a range that it should not, an item comes from two slices and belongs to one. */
  #isInside(time: number): boolean {
    // The range of the list is what the server takes for it: an API may count both ends.
    const isAfterStart = this.from === this.#plan.from || time >= this.from;
    return isAfterStart && (this.to === this.#plan.to || time < this.to);
  }

  #isPast(time: number): boolean {
    const { isDescending, from, to } = this.#plan;
    return isDescending ? this.from !== from && time < this.from : this.to !== to && time >= this.to;
  }

  #timeOf(item: unknown): number {
    // The casts: `note` accepted the page of the item, so it is one of the list and has a time.
    return this.#plan.timeOf(item as V) as number;
  }
}
