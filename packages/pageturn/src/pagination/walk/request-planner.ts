import { haveSameKeys } from "../checkpoint/checkpoint.ts";
import type { BasePage, Resumption } from "../page/base-page.ts";
import { continuation, followedRequest, lacksItems, listContradiction } from "../page/continuation.ts";
import { type PageRequest, requestFrom } from "../request/page-request.ts";
import {
  type PaginationStrategy,
  pageSizeOf,
  positionKey,
  readParameter,
  withParameter,
} from "../request/strategy.ts";
import { CycleGuard } from "./cycle-guard.ts";
import { HeavyPages } from "./heavy-page.ts";
import {
  cycleError,
  type IncompleteReason,
  idleError,
  moreAnnouncedError,
  type Outcome,
  type OutcomeReason,
  totalNotReachedError,
} from "./outcome.ts";
import type { PageSlice } from "./page-slice.ts";
import type { CheckedWalkOptions, ListSource } from "./walk-options.ts";

/** Why there is nothing more to request. */
export type PlanEnd = Pick<Outcome, "reason" | "complete" | "incompleteBecause">;

/** The next request of a walk. */
export interface PlannedRequest {
  readonly request: PageRequest;
  /** Where in its page a resumed walk begins. */
  readonly resumption?: Resumption | undefined;
  /** Set for the first request of the list: whether it asks for a page of full size, or for fewer items. */
  readonly first?: "full" | "smaller" | undefined;
}

type Slice = PageSlice<BasePage<unknown>>;

/** The items at both ends of a page, and their number: whether the next page is the same one. */
type PageEnds = readonly [first: unknown, last: unknown, length: number];

/** Decides what a walk requests next. It looks at the pages received, not at how much of them is consumed. */
export class RequestPlanner {
  readonly #source: ListSource;
  readonly #strategy: PaginationStrategy;
  readonly #options: CheckedWalkOptions;
  readonly #cycles = new CycleGuard();
  /** The last page, until it was released. */
  #last: Slice | null = null;
  #ends: PageEnds = [undefined, undefined, 0];
  /** The request after the last page, with the page size of the list, once it is planned: it is no cycle then. */
  following: PageRequest | null = null;
  /** The request that is under way or still to be made. */
  pending: PlannedRequest | null = null;
  #pages = 0;
  #items = 0;
  /** The smallest total that the server declared: the list may grow at its front meanwhile. `Infinity` for none. */
  total: number;
  /** Pages in a row with no items, or with the items of the page before. */
  #idleInARow = 0;
  #isCut = false;
  #endedBy: Slice["endedBy"] = null;
  #lacksItems: boolean;
  /** Items or pages received, as the total counts them; NaN where the walk began at an unknown place. */
  #counted: number;
  readonly #heavy = new HeavyPages();
  /** The page size since a page was too heavy; `undefined` while none was. */
  #smaller: number | undefined;
  /** How many times the page size was halved. */
  reductions = 0;
  /** Set once there is nothing more to request. */
  end: PlanEnd | null = null;

  constructor(
    list: { source: ListSource; strategy: PaginationStrategy; counted: number; lacksItems: boolean },
    options: CheckedWalkOptions,
  ) {
    this.#source = list.source;
    this.#strategy = list.strategy;
    this.#counted = list.counted;
    this.#lacksItems = list.lacksItems;
    this.total = list.source.start?.total ?? Number.POSITIVE_INFINITY;
    this.#options = options;
  }

  /** How many items may still be received. */
  get room(): number {
    return this.#options.maxItems - this.#items;
  }

  /**
   * The next request: the same again until its page was received, `null` where there is nothing more.
   *
   * Throws `PaginationError` where the server leads to nothing new, again and again, and
   * `IncompleteListError` where the list ends and contradicts itself.
   */
  plan(): PlannedRequest | null {
    if (this.pending === null && this.end === null && !this.atBound()) {
      this.pending = this.#last === null ? this.#first() : this.#after(this.#last);
    }
    return this.pending;
  }

  /**
   * Plans the pending request again with half the page size, where it failed because its page is too heavy.
   *
   * False for any other error, and where the size is bound: the strategy says so, it is not known, it is 1, or the
   * request resumes inside a page of which more items were returned than a smaller page has.
   */
  shrink(error: unknown): boolean {
    const { pending } = this;
    const { pageSize } = this.#strategy;
    if (pending === null || pageSize?.adjustable !== true || this.#options.onHeavyPage === "throw")
      return false;
    const { request, resumption } = pending;
    const size = this.#isFixed(request)
      ? undefined
      : pageSizeOf(this.#strategy, request, this.#source.defaultPageSize);
    const half = Math.max(1, Math.floor((size ?? 1) / 2), resumption?.offset ?? 0);
    if (size === undefined || half >= size || !this.#heavy.isTooHeavy(error)) {
      this.#heavy.reset();
      return false;
    }
    this.#smaller = half;
    this.reductions += 1;
    this.pending = { request: withParameter(request, pageSize.in, half), resumption };
    return true;
  }

  /** Whether an option ends the walk here. Nothing more is requested then. */
  atBound(): boolean {
    const isLastPage = this.#pages >= this.#options.maxPages;
    const reason = this.#endedBy ?? (this.room <= 0 ? "maxItems" : isLastPage ? "maxPages" : null);
    if (reason !== null) this.stop(reason);
    return reason !== null;
  }

  /** Notes a page that was requested, or that the walk begins on. */
  received(slice: Slice): void {
    const { page, items } = slice;
    if (this.#last === null && this.pending === null)
      this.#cycles.repeats(positionKey(this.#strategy, page.request));
    const ends = endsOf(page.sentItems);
    const isIdle = items.length === 0 || haveSameKeys(ends, this.#ends);
    this.#ends = ends;
    this.#idleInARow = isIdle ? this.#idleInARow + 1 : 0;
    this.pending = null;
    this.following = null;
    this.#heavy.reset();
    this.#last = slice;
    this.#pages += 1;
    this.#items += slice.count;
    this.#counted += this.countOf(slice);
    this.total = Math.min(this.total, page.checkedBody.total ?? this.total);
    this.#isCut ||= slice.cut;
    this.#endedBy ??= slice.endedBy;
    this.#lacksItems ||= lacksItems(page);
  }

  /** Notes that the pages in front of those of this planner are not all that the list has. */
  inheritLack(): void {
    this.#lacksItems = true;
    if (this.end?.complete) this.end = { ...this.end, complete: false, incompleteBecause: "noItems" };
  }

  /**
   * Forgets the last page, where the request after it is planned: while the next page is parsed, the memory of this one is
   * free. Every garbage collection would copy it otherwise.
   */
  release(): void {
    this.#last = null;
  }

  /** Requests nothing more. */
  stop(reason: OutcomeReason): void {
    this.pending = null;
    if (this.end !== null) return;
    const last = this.#last;
    const isAtEnd =
      last !== null && !last.startsWithNewItems && continuation(last.page, this.#options.emptyPages) === null;
    const incompleteBecause = isAtEnd ? this.#contradiction(last) : null;
    const complete = isAtEnd && !this.#isCut && incompleteBecause === null;
    this.end = { reason, complete, incompleteBecause };
  }

  /** The request that follows the page of `slice`; `null` where the list ends there. */
  requestAfter({ page, pinned, startsWithNewItems }: Slice): PageRequest | null {
    if (startsWithNewItems && pinned !== undefined) return this.#sized(pinned.request);
    const info = continuation(page, this.#options.emptyPages);
    if (info === null) return null;
    if (pinned !== undefined) return this.#sized(pinned.request);
    const request = followedRequest(page, info);
    // A link names its page size itself.
    return (info.url ?? info.wholeURL) === undefined ? this.#sized(request) : request;
  }

  /**
   * The request to resume with after the page of `slice`; `null` where it is better to request that page once more:
   * its cursor leads back, or it brought nothing new, so it is wrong now and may be right later.
   *
   * A list that is walked backward is resumed after its last page as well: what appears in front of it is there.
   */
  resumeAfter(slice: Slice): PageRequest | null {
    const { page } = slice;
    if (slice === this.#last && this.following !== null) return this.following;
    const inFront = this.#strategy.isBackward?.(page.request) ? page.nextPageInfo() : null;
    const request = this.requestAfter(slice) ?? (inFront && this.#sized(requestFrom(page, inFront)));
    if (request === null || slice !== this.#last) return request;
    const key = positionKey(this.#strategy, request);
    if (this.#isFollowed(key, page)) return request;
    const hadSame = this.#idleInARow > 0 && page.sentItems.length > 0;
    const isWrong = hadSame || this.#cycles.knows(key);
    return isWrong && this.#options.onCycle !== "allow" ? null : request;
  }

  #first(): PlannedRequest {
    const { request, resumption } = this.#source.start ?? { request: this.#source.request };
    this.#cycles.repeats(positionKey(this.#strategy, request));
    // Inside a page, the offset is only right where the page is requested as it was.
    const sent = resumption === undefined ? this.#shrunk(request) : request;
    return { request: sent, resumption, first: sent === request ? "full" : "smaller" };
  }

  #after(last: Slice): PlannedRequest | null {
    const request = this.requestAfter(last);
    const { path } = this.#source.request;
    if (request === null) {
      const contradiction = this.#contradiction(last);
      if (this.#options.onIncomplete === "throw") {
        if (contradiction === "moreAnnounced") throw moreAnnouncedError(path, last.page.response);
        if (contradiction === "totalNotReached") {
          const { requestId } = last.page.response;
          const counts = this.#strategy.total?.counts;
          throw totalNotReachedError(path, { declared: this.total, sent: this.#counted, counts, requestId });
        }
      }
      this.stop("exhausted");
      return null;
    }
    if (this.#idleInARow > 0 && this.#idleInARow >= this.#options.maxEmptyPages)
      throw idleError(path, this.#idleInARow);
    const key = positionKey(this.#strategy, request);
    const mayRepeat = this.#options.onCycle === "allow" || this.#isFollowed(key, last.page);
    if (!mayRepeat && this.#cycles.repeats(key)) {
      if (this.#options.onCycle === "throw") throw cycleError(path);
      this.stop("cycle");
      return null;
    }
    this.following = request;
    return { request: this.#shrunk(request) };
  }

  /** Whether a page leads to itself and the strategy says that this is no cycle. */
  #isFollowed(key: string, page: BasePage<unknown>): boolean {
    return this.#strategy.sameCursor === "follow" && key === positionKey(this.#strategy, page.request);
  }

  /** How the list contradicts that it ends after the last page; `null` where it does not. */
  #contradiction({ page }: Slice): IncompleteReason | null {
    const contradiction = listContradiction(page);
    if (contradiction !== null) return contradiction;
    if (this.total !== Number.POSITIVE_INFINITY && this.#counted < this.total) return "totalNotReached";
    return this.#lacksItems ? "noItems" : null;
  }

  /** What a page adds to the number that the strategy's total counts. */
  countOf({ items }: Slice): number {
    return this.#strategy.total?.counts === "pages" ? 1 : items.length;
  }

  /** The request with the page size of the list. */
  #sized(request: PageRequest): PageRequest {
    const { pageSize } = this.#strategy;
    if (pageSize?.adjustable !== true) return request;
    return withParameter(request, pageSize.in, readParameter(this.#source.request, pageSize.in));
  }

  /**
   * Asks for no more items than are still needed, and than the server could send, where the size of a page may change
   * and is known.
   */
  #shrunk(request: PageRequest): PageRequest {
    const { pageSize } = this.#strategy;
    if (pageSize?.adjustable !== true || this.#isFixed(request)) return request;
    const size = pageSizeOf(this.#strategy, this.#source.request, this.#source.defaultPageSize);
    if (size === undefined) return request;
    const room = this.#options.distinctBy === undefined ? this.room : size;
    const wanted = Math.min(room, this.#smaller ?? size);
    return wanted >= size ? request : withParameter(request, pageSize.in, wanted);
  }

  /** A backward page begins further back the larger it is: in the API's order, a smaller one starts with other items. */
  #isFixed(request: PageRequest): boolean {
    return this.#options.order === "api" && this.#strategy.isBackward?.(request) === true;
  }
}

function endsOf(items: readonly unknown[]): PageEnds {
  return [items[0], items.at(-1), items.length];
}
