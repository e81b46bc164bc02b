import type { Checkpoint } from "../../errors/pageturn-error.ts";
import { IncompleteListError } from "../../errors/pagination-error.ts";
import { itemKey, type Position } from "../checkpoint/checkpoint.ts";
import { resumableCheckpoint, resumeAt } from "../checkpoint/resume.ts";
import type { BasePage, Resumption } from "../page/base-page.ts";
import { lacksItems } from "../page/continuation.ts";
import { type PageRequest, requestKey } from "../request/page-request.ts";
import { countBefore, type PaginationStrategy } from "../request/strategy.ts";
import { RecentKeys } from "./cycle-guard.ts";
import { failureReason, noItemsError, type Outcome, type WalkCounts, withCheckpoint } from "./outcome.ts";
import { type PageSlice, sliceOf, usedUp, type WalkUnit } from "./page-slice.ts";
import { type PlanEnd, type PlannedRequest, RequestPlanner } from "./request-planner.ts";
import {
  type CheckedWalkOptions,
  checkedWalkOptions,
  type ListSource,
  type ResumableWalkOptions,
  type WalkObserver,
} from "./walk-options.ts";

/** What a walk traverses. */
export interface WalkSetup<P> {
  /** The class of its pages. */
  readonly Page: { readonly prototype: { readonly strategy: PaginationStrategy } };
  readonly source: ListSource;
  /** The page to begin on; absent where the first page has not been requested. */
  readonly page?: P | undefined;
  readonly unit: WalkUnit;
  readonly options: ResumableWalkOptions<never> | undefined;
  /** Whether the last page is still needed while the next one is fetched: it says then how the list ends. Default `false`. */
  readonly keepsLastPage?: boolean | undefined;
  /** Called with a page that lacks its items, which the walk requests again: whoever keeps it has to forget it. */
  refused?(page: P): void;
}

/**
 * The logic of a walk without any I/O: what to request next, which values are buffered, how the walk ends.
 *
 * The drivers, one sync and one async, fetch what {@link RequestPlanner.plan} returns and pass it to {@link receive}.
 * Received pages wait in {@link queue} until {@link openNext} opens them, so fetching can run ahead of the consumer.
 */
export class WalkCore<P extends BasePage<unknown>, V> {
  readonly options: CheckedWalkOptions;
  readonly source: ListSource;
  readonly #strategy: PaginationStrategy;
  readonly #unit: WalkUnit;
  readonly #keepsLastPage: boolean;
  readonly #refused: WalkSetup<P>["refused"];
  readonly planner: RequestPlanner;
  readonly #recent = new RecentKeys();
  readonly #startedAt = performance.now();
  readonly queue: PageSlice<P>[] = [];
  /** What `onPage` returned for the open page. */
  onPageResult: unknown;
  #requests = 0;
  #slice: PageSlice<P> | null = null;
  /** The request after the page that was released; `null` while a page is open. */
  #following: PageRequest | null = null;
  /** The last item of the pages before the open one; `null` where there is none. An item itself may be null. */
  #before: { readonly item: unknown } | null = null;
  /** How many items or pages, as the strategy's total counts, are before the open page; NaN where not known. */
  #countedBefore: number;
  /** Whether a page before the open one had no place for items. */
  #lackedBefore: boolean;
  /** The key of the item before the walk; `null` where there is none, or it is not known. */
  readonly #startLast: string | null;
  #values: readonly unknown[] = [];
  #shifted = 0;
  #pages = 0;
  /** Items returned from the pages before the open one. */
  #itemsBefore = 0;
  #itemsSeen = 0;
  #duplicates = 0;
  #outcome: Outcome | null = null;
  readonly #observer: WalkObserver | undefined;

  /** Throws `ConfigurationError` for bad options, and `CheckpointError` where `resumeFrom` cannot be used. */
  constructor({ Page, source, page, unit, options, keepsLastPage = false, refused }: WalkSetup<P>) {
    const { strategy } = Page.prototype;
    this.options = checkedWalkOptions(options, source.walk);
    this.#strategy = strategy;
    this.#unit = unit;
    this.#keepsLastPage = keepsLastPage;
    this.#refused = refused;
    const resumeFrom = options?.resumeFrom ?? undefined;
    const start = resumeFrom === undefined ? source.start : resumeAt(source.request, resumeFrom, strategy);
    const from = start?.request ?? source.request;
    const isThere = page !== undefined && requestKey(page.request) === requestKey(from);
    const beginsOn = resumeFrom === undefined ? page : undefined;
    const { request, resumption } = beginsOn ?? {};
    this.source = { ...source, start: request === undefined ? start : { ...start, request, resumption } };
    const isFrom = beginsOn === undefined || isThere;
    this.#startLast = isFrom ? (start?.last ?? null) : null;
    const counted = start === undefined ? countBefore(strategy, source.request) : start.counted;
    this.#countedBefore = (isFrom ? counted : undefined) ?? Number.NaN;
    this.#lackedBefore = isFrom && start?.lacksItems === true;
    this.planner = new RequestPlanner(
      { source: this.source, strategy, counted: this.#countedBefore, lacksItems: this.#lackedBefore },
      this.options,
    );
    this.#observer = source.observe?.();
    // A page that is there already is not fetched again, unless it lacks its items.
    const given = isThere ? page : beginsOn;
    if (!this.planner.atBound() && given !== undefined && !this.#refuses(given))
      this.receive(given, this.source.start?.resumption);
  }

  /** Whether {@link shift} has a value to return. */
  get hasBuffered(): boolean {
    return this.#shifted < this.#values.length;
  }

  /** How the walk ended; `null` while it goes on, also after a failure. */
  get outcome(): Outcome | null {
    const goesOn = this.#outcome?.reason === "error" && this.#outcome.items !== this.counts.items;
    return goesOn ? null : this.#outcome;
  }

  /** Removes and returns the next buffered value. Call it only where {@link hasBuffered} is true. */
  shift(): V {
    // The cast: `sliceOf` made the values from the unit that V stands for.
    return this.#values[this.#shifted++] as V;
  }

  /** Returns the next buffered value without consuming it; `undefined` where there is none. */
  peek(): unknown {
    return this.#values[this.#shifted];
  }

  /** The counts so far. */
  get counts(): WalkCounts {
    const items = this.#itemsBefore + this.#itemsReturned();
    const { reductions: pageSizeReductions } = this.planner;
    return { pages: this.#pages, items, duplicates: this.#duplicates, pageSizeReductions };
  }

  /** Opens the next received page; false where none is queued. */
  openNext(): boolean {
    const slice = this.queue.shift();
    if (slice === undefined) return false;
    this.#closeSlice();
    this.#following = null;
    this.#slice = slice;
    this.#values = slice.values;
    this.#pages += 1;
    this.#itemsSeen += slice.count;
    this.#duplicates += slice.duplicates;
    this.onPageResult = this.options.onPage?.(slice.page, {
      pages: this.#pages,
      items: this.#itemsSeen,
      requests: this.#requests,
      pageSizeReductions: this.planner.reductions,
      elapsedMs: performance.now() - this.#startedAt,
    });
    return true;
  }

  #closeSlice(): void {
    this.#itemsBefore += this.#itemsReturned();
    const left = this.#slice;
    if (left !== null && left.items.length > 0) this.#before = { item: left.sent.at(-1) };
    if (left !== null) {
      this.#countedBefore += this.planner.countOf(left);
      this.#lackedBefore ||= lacksItems(left.page);
    }
    this.#slice = null;
    this.#values = [];
    this.#shifted = 0;
  }

  /** The next request, see {@link RequestPlanner.plan}. A page that is used up is released: its position is known. */
  plan(): PlannedRequest | null {
    const planned = this.planner.plan();
    const isUsedUp = !this.hasBuffered && this.queue.length === 0;
    const { following } = this.planner;
    if (planned !== null && following !== null && isUsedUp && !this.#keepsLastPage) {
      this.#closeSlice();
      this.#following = following;
      this.planner.release();
    }
    return planned;
  }

  /**
   * Takes the page that was planned, or the page that the walk begins on. Throws `IncompleteListError` for one that lacks
   * its items: the walk stays in front of it, as its items could never be requested from a checkpoint behind it.
   */
  receive(page: P, resumption: Resumption | undefined): void {
    if (this.#refuses(page)) {
      this.#refused?.(page);
      const location = this.source.items ?? this.#strategy.items ?? "data";
      throw noItemsError(this.source.request.path, { location, requestId: page.response.requestId });
    }
    const slice = sliceOf(page, {
      resumption,
      unit: this.#unit,
      options: this.options,
      room: this.planner.room,
      recent: this.#recent,
    });
    this.planner.received(slice);
    this.#requests += 1;
    this.queue.push(slice);
    this.#outcome = null;
  }

  /** Runs a fetch of this walk. */
  observed<R>(fetch: () => R): R {
    return this.#observer === undefined ? fetch() : this.#observer.run(fetch);
  }

  #refuses(page: P): boolean {
    return this.options.onIncomplete === "throw" && lacksItems(page);
  }

  /** Whether the failed request is planned again, for a smaller page. Otherwise the error is to be thrown. */
  shrinks(error: unknown): boolean {
    const isSmaller = this.planner.shrink(error);
    if (isSmaller) this.#requests += 1;
    return isSmaller;
  }

  /** Sets the outcome. Call it when nothing is buffered and there is nothing more to request. */
  close(): void {
    const end = this.planner.end;
    if (end !== null && this.#outcome?.reason !== "returned") this.#setOutcome(end);
  }

  /** Goes on with the list of a walk that did not see all that is in front of this one. */
  inheritLack(): void {
    this.#lackedBefore = true;
    this.planner.inheritLack();
  }

  /** Leaves the walk where it is: nothing more is requested or returned. */
  leave(): void {
    const isUsedUp = !this.hasBuffered && this.queue.length === 0;
    if (isUsedUp && this.planner.end !== null && this.#outcome !== null) return;
    this.planner.stop("returned");
    const end = isUsedUp && this.#slice !== null ? this.planner.end : null;
    this.#setOutcome({ complete: false, incompleteBecause: null, ...end, reason: "returned" });
    this.queue.length = 0;
    this.#values = this.#values.slice(0, this.#shifted);
  }

  /** Sets the outcome and the checkpoint of an error, and returns the error. The plan stays as it is. */
  failed(error: unknown): unknown {
    if (this.planner.pending !== null) this.#requests += 1;
    const incompleteBecause = error instanceof IncompleteListError ? error.because : null;
    this.#setOutcome({ reason: failureReason(error), complete: false, incompleteBecause }, error);
    return withCheckpoint(error, this);
  }

  /** The position after the last value returned. Throws `ConfigurationError` where the list cannot be resumed there. */
  get checkpoint(): Checkpoint {
    return resumableCheckpoint({ list: this.source.request, strategy: this.#strategy }, this.position);
  }

  /** The position after the last value returned, whether the list can be resumed there or not. */
  get position(): Position {
    const slice = this.#slice;
    const counted = this.#countedBefore;
    const { total } = this.planner;
    const before = { counted, total, lacksItems: this.#lackedBefore };
    if (this.#following !== null)
      return { at: this.#following, offset: 0, last: this.#keyBefore, reversed: false, ...before };
    if (slice === null) {
      const { start, request } = this.source;
      const at = start?.request ?? request;
      return { at, offset: 0, last: this.#startLast, reversed: false, ...before, ...start?.resumption };
    }
    const { page, items, sent, reversed } = slice;
    const offset = usedUp(slice, this.#shifted);
    const last = offset > 0 ? itemKey(sent[offset - 1]) : this.#keyBefore;
    const after = offset === items.length ? this.#resumeAfter(slice) : null;
    if (after !== null) {
      return {
        at: after,
        offset: 0,
        last,
        reversed,
        counted: counted + this.planner.countOf(slice),
        total,
        lacksItems: this.#lackedBefore || lacksItems(page),
      };
    }
    const pinned = offset === 0 ? undefined : this.#pinned(slice);
    return { at: page.request, offset, last, reversed, ...before, pinned };
  }

  /** The key of the last item before the open page; `null` where there is none. */
  get #keyBefore(): string | null {
    return this.#before === null ? this.#startLast : itemKey(this.#before.item);
  }

  /** The page's first item and the request that follows it, where items may appear in front of it later. */
  #pinned(slice: PageSlice<P>): Position["pinned"] {
    if (slice.pinned !== undefined) return slice.pinned;
    const { page, sent, reversed } = slice;
    if (reversed || page.strategy.isBackward?.(page.request) !== true) return undefined;
    const request = this.#resumeAfter(slice);
    return request === null ? undefined : { first: itemKey(sent[0]), request };
  }

  /** Where a page points to something that cannot be requested, the walk stands at the end of that page. */
  #resumeAfter(slice: PageSlice<P>): PageRequest | null {
    try {
      return this.planner.resumeAfter(slice);
    } catch {
      return null;
    }
  }

  #itemsReturned(): number {
    return this.#unit === "items" ? this.#shifted : this.#shifted * (this.#slice?.count ?? 0);
  }

  #setOutcome(end: PlanEnd, error?: unknown): void {
    this.#outcome = { ...end, ...this.counts };
    this.#observer?.ended(this.#outcome, error);
  }
}
