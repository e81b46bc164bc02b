import { PaginationCycleError, PaginationError } from "../../errors/pagination-error.ts";
import { itemKey } from "../checkpoint/item-key.ts";
import type { BasePage } from "../page/base-page.ts";
import { hasNextPage, isListEnd } from "../page/has-next-page.ts";
import { nextRequest, type PageRequest, placeKey } from "../request/page-request.ts";
import type { PaginationStrategy } from "../request/strategy.ts";
import { CycleGuard } from "./cycle-guard.ts";
import type { ListSource } from "./list-source.ts";
import type { OutcomeReason } from "./outcome.ts";
import type { Batch } from "./page-slice.ts";
import type { CheckedWalkOptions } from "./walk-options.ts";

/** Why there is nothing more to ask for. */
export interface PlanEnd {
  readonly reason: OutcomeReason;
  readonly complete: boolean;
}

/** Says what a walk has to ask for next. It looks at the pages received, not at how far they are used up. */
export class RequestPlanner {
  readonly #source: ListSource;
  readonly #kind: PaginationStrategy;
  readonly #options: CheckedWalkOptions;
  readonly #cycles = new CycleGuard();
  #last: BasePage<unknown> | null = null;
  #asking: PageRequest | null = null;
  #pages = 0;
  #items = 0;
  /** Pages that brought nothing new. */
  #idleInARow = 0;
  /** Whether items were left out, or may have been. */
  #isPartial = false;
  #end: PlanEnd | null = null;

  constructor(list: { source: ListSource; strategy: PaginationStrategy }, options: CheckedWalkOptions) {
    this.#source = list.source;
    this.#kind = list.strategy;
    this.#options = options;
  }

  /** Set once there is nothing more to ask for. */
  get end(): PlanEnd | null {
    return this.#end;
  }

  /** Whether a request is under way or still to be made. */
  get isAsking(): boolean {
    return this.#asking !== null;
  }

  /** How many items may still be received. */
  get room(): number {
    return this.#options.maxItems - this.#items;
  }

  /**
   * What to ask for next: the same again until it was received; null where there is nothing more.
   *
   * Throws {@link PaginationError} where the server leads nowhere, again and again.
   */
  plan(): PageRequest | null {
    if (this.#asking === null && this.#end === null && !this.atBound()) {
      this.#asking = this.#last === null ? this.#first() : this.#behind(this.#last);
    }
    return this.#asking;
  }

  /** Whether a bound of the options is reached; nothing more is asked for then. */
  atBound(): boolean {
    const noRoom = this.room <= 0;
    const isReached = noRoom || this.#pages >= this.#options.maxPages;
    if (isReached) this.stop(noRoom ? "maxItems" : "maxPages");
    return isReached;
  }

  /** Takes note of a page that was asked for, or that the walk begins on. */
  received(batch: Batch<BasePage<unknown>>): void {
    if (this.#last === null && this.#asking === null) this.#cycles.repeats(placeKey(batch.page.request));
    const isIdle = batch.items.length === 0 || hasSameItems(batch.page, this.#last);
    this.#idleInARow = isIdle ? this.#idleInARow + 1 : 0;
    this.#asking = null;
    this.#last = batch.page;
    this.#pages += 1;
    this.#items += batch.count;
    this.#isPartial ||= batch.cut || (batch.items.length === 0 && !batch.page.hasItems);
  }

  /** Asks for nothing more. */
  stop(reason: OutcomeReason): void {
    this.#asking = null;
    this.#end ??= { reason, complete: !this.#isPartial && this.#last !== null && isListEnd(this.#last) };
  }

  /** The request behind `page`, as this list asks for it; null where the list ends there. */
  requestBehind(page: BasePage<unknown>): PageRequest | null {
    const info = page.nextPageInfo();
    if (info === null || !hasNextPage(page, this.#options.emptyPages)) return null;
    const request = nextRequest(page.request, info);
    // A link says itself how much it asks for.
    return this.#kind.countsPages || info.url !== undefined
      ? request
      : withLimit(request, this.#source.request.query["limit"]);
  }

  /**
   * The request to resume behind `page` with; null where it is better to ask for `page` once more: its cursor leads
   * back, or it brought nothing new, so it is wrong and may be right by then.
   */
  resumeBehind(page: BasePage<unknown>): PageRequest | null {
    const request = this.requestBehind(page);
    if (request === null || page !== this.#last || this.#asking !== null) return request;
    const hadSame = this.#idleInARow > 0 && page.getPaginatedItems().length > 0;
    const isWrong = hadSame || this.#cycles.knows(placeKey(request));
    return isWrong && this.#options.onCycle !== "allow" ? null : request;
  }

  #first(): PageRequest {
    const { request, resumption } = this.#source.start ?? { request: this.#source.request };
    this.#cycles.repeats(placeKey(request));
    // Inside a page, the place counted from its front is only right where the page is asked for as it was.
    return resumption === undefined ? this.#shrunk(request) : request;
  }

  #behind(page: BasePage<unknown>): PageRequest | null {
    const request = this.requestBehind(page);
    if (request === null) {
      this.stop("exhausted");
      return null;
    }
    if (this.#idleInARow > 0 && this.#idleInARow >= this.#options.maxEmptyPages) {
      throw new PaginationError(
        `Cannot walk on the list of ${request.path} as it sent ${this.#idleInARow} pages with nothing new in a row: raise ` +
          "maxEmptyPages to allow it",
      );
    }
    if (this.#options.onCycle !== "allow" && this.#cycles.repeats(placeKey(request))) {
      if (this.#options.onCycle === "throw") throw cycleError(request);
      this.stop("cycle");
      return null;
    }
    return this.#shrunk(request);
  }

  /** Asks for no more items than are still wanted, where the caller set a limit. */
  #shrunk(request: PageRequest): PageRequest {
    const limit = this.#source.request.query["limit"];
    const { distinctBy, order } = this.#options;
    const { countsPages, goesBackward } = this.#kind;
    // A backward page begins further back the larger it is: in the API's order, a smaller one has other items in front.
    const isFixed = countsPages || (order === "api" && goesBackward?.(request) === true);
    const isEnough = typeof limit !== "number" || this.room >= limit;
    return isFixed || isEnough || distinctBy !== undefined ? request : withLimit(request, this.room);
  }
}

/** Whether a page has the items of the one before; mostly its first item tells that it has not. */
function hasSameItems(page: BasePage<unknown>, before: BasePage<unknown> | null): boolean {
  const items = page.getPaginatedItems();
  const old = before?.getPaginatedItems() ?? [];
  return items.length === old.length && items.every((item, at) => itemKey(item) === itemKey(old[at]));
}

function withLimit(request: PageRequest, limit: unknown): PageRequest {
  if (request.query["limit"] === limit) return request;
  return { ...request, query: { ...request.query, limit } };
}

function cycleError(request: PageRequest): PaginationCycleError {
  return new PaginationCycleError(
    `Cannot walk on the list of ${request.path} as the server led back to a page already asked for; onCycle: ` +
      '"stop" ends it without an error',
  );
}
