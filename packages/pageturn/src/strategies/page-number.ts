import { ConfigurationError } from "../errors/pageturn-error.ts";
import { ownOptions } from "../pagination/request/own-options.ts";
import type { PageRequest } from "../pagination/request/page-request.ts";
import {
  type PaginationStrategy,
  type Parameter,
  pageSizeOf,
  parameterName,
  readParameter,
  type StrategyOverrides,
  type StrategyPage,
  setParameter,
  totalOf,
} from "../pagination/request/strategy.ts";

/** Options of {@link pageNumber} and {@link offsetLimit}. */
export interface NumberOptions extends StrategyOverrides {
  /** The parameter of the number. Default: the query parameter `page`, or `offset`. */
  readonly to?: Parameter | undefined;
  /** The number of the first page, or of the first item. Default: 1 for pages, 0 for offsets. */
  readonly first?: number | undefined;
}

const NUMBER_OPTIONS = { to: "parameter", first: "number" } as const;

/**
 * Pages by number. With `total`, the list ends with the last page; without, or where a server sends smaller pages than
 * requested, with an empty page. A short page does not end it.
 *
 * Where a server sends smaller pages than requested and the total counts items, set `pageSize.max` to its largest page. Without
 * it, a page that ends at the total by coincidence ends the list, with an `IncompleteListError`.
 *
 * Throws `ConfigurationError` for `pageSize.adjustable: true`: a page number is another position when the size changes.
 *
 * @example
 * ```ts
 * const strategy = pageNumber({ items: "rows", total: { body: "page_count", counts: "pages" } });
 * ```
 */
export function pageNumber(options: NumberOptions = {}): PaginationStrategy {
  const { to = "page", first = 1, ...overrides } = ownOptions("pageNumber", options, NUMBER_OPTIONS);
  if (overrides.pageSize?.adjustable)
    throw new ConfigurationError(
      "Cannot page by number with pageSize.adjustable: true, as a page number is another position when the size " +
        "changes: leave it out",
    );
  const strategy: PaginationStrategy = {
    next: (page) => {
      const number = numberIn(page.request, to, first);
      return isLastPage(strategy, page, number - first) ? null : setParameter(page.request, to, number + 1);
    },
    cursors: [to],
    countBefore: (request) => {
      const before = numberIn(request, to, first) - first;
      if (strategy.total?.counts === "pages" || before === 0) return before;
      const size = pageSizeOf(strategy, request);
      return size && before * size;
    },
    cursorMeans: "position",
    emptyPage: overrides.total?.counts === "pages" ? "continue" : "end",
    ...overrides,
  };
  return strategy;
}

/** Whether the total says that no page follows. `before` is the number of pages before this one. */
function isLastPage(strategy: PaginationStrategy, page: StrategyPage, before: number): boolean {
  const total = totalOf(strategy, page);
  if (total === undefined) return false;
  // Items beyond the total contradict it: the list goes on to its empty page.
  if (strategy.total?.counts === "pages")
    return page.items.length === 0 ? before + 1 >= total : before + 1 === total;
  const size = pageSizeOf(strategy, page.request);
  if (size === undefined) return false;
  // A server that caps the page size sends short pages all the time: only one that ends at the total is the last.
  // An empty page where the total leaves nothing is the end: the list has shrunk.
  return page.items.length === 0 ? before * size >= total : before * size + page.items.length === total;
}

/**
 * Pages by an offset: the number of items before the page. It grows by the number of items received, so a server may cap the
 * page size. With `total`, the list ends where that is reached; without, or where there are more items than that, with an empty page. A short page does not end it.
 * Do not filter in `items`: the offset counts what the server sent.
 *
 * @example
 * ```ts
 * const strategy = offsetLimit({ items: "rows", total: { body: "total", counts: "items" } });
 * ```
 */
export function offsetLimit(options: NumberOptions = {}): PaginationStrategy {
  const { to = "offset", first = 0, ...overrides } = ownOptions("offsetLimit", options, NUMBER_OPTIONS);
  const strategy: PaginationStrategy = {
    next: (page) => {
      const following = numberIn(page.request, to, first) + page.items.length;
      const total = totalOf(strategy, page) ?? Number.POSITIVE_INFINITY;
      // Items beyond the total contradict it: the list goes on to its empty page.
      return following - first === total ? null : setParameter(page.request, to, following);
    },
    cursors: [to],
    countBefore: (request) => {
      const before = numberIn(request, to, first) - first;
      return strategy.total?.counts === "items" || before === 0 ? before : undefined;
    },
    cursorMeans: "position",
    emptyPage: "end",
    pageSize: { in: "limit", adjustable: true },
    ...overrides,
  };
  return strategy;
}

/** The number that a request asks for. Throws {@link ConfigurationError} for a value that is none, or is negative. */
function numberIn(request: PageRequest, parameter: Parameter, first: number): number {
  const value = readParameter(request, parameter) ?? first;
  const number = value === "" ? Number.NaN : Number(value);
  const least = Math.min(first, 0);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new ConfigurationError(
    `Cannot page by the parameter ${parameterName(parameter)} as it must be a whole number of at least ${least}: current value is ${JSON.stringify(value)}`,
  );
}
