import { ConfigurationError } from "../errors/pageturn-error.ts";
import {
  type PaginationStrategy,
  type Parameter,
  pageSizeOf,
  parameterName,
  readParameter,
  type StrategyPage,
  setParameter,
  totalOf,
} from "../pagination/request/strategy.ts";
import type { StrategyOverrides } from "./overrides.ts";

/** Options of {@link pageNumber} and {@link offsetLimit}. */
export interface NumberOptions extends StrategyOverrides {
  /** The parameter of the number. Default: the query parameter `page`, or `offset`. */
  readonly to?: Parameter | undefined;
  /** The number of the first page, or of the first item. Default: 1 for pages, 0 for offsets. */
  readonly first?: number | undefined;
}

/**
 * Pages by number. With `total`, the list ends with the last page; without, or where the pages are smaller than the
 * request says, with an empty page. A short page does not end it.
 *
 * @example
 * ```ts
 * const strategy = pageNumber({ items: "rows", total: { body: "page_count", counts: "pages" } });
 * ```
 */
export function pageNumber({ to = "page", first = 1, ...overrides }: NumberOptions = {}): PaginationStrategy {
  const strategy: PaginationStrategy = {
    next: (page) => {
      const number = numberIn(page, to, first);
      return number - first + 1 >= pageCount(strategy, page, number - first)
        ? null
        : setParameter(page.request, to, number + 1);
    },
    cursors: [to],
    cursorMeans: "position",
    emptyPage: overrides.total?.counts === "pages" ? "continue" : "end",
    ...overrides,
  };
  return strategy;
}

/** How many pages the list has, `Infinity` where that is not known. `before` is the number of pages before this one. */
function pageCount(strategy: PaginationStrategy, page: StrategyPage, before: number): number {
  const total = totalOf(strategy, page) ?? Number.POSITIVE_INFINITY;
  if (strategy.total?.counts !== "items") return total;
  const size = pageSizeOf(strategy, page.request) ?? 0;
  // A server that caps the size sends fewer items than this page would have.
  const isCapped = page.items.length < Math.min(size, total - before * size);
  return size === 0 || isCapped ? Number.POSITIVE_INFINITY : Math.ceil(total / size);
}

/**
 * Pages by an offset: the number of items before the page. It grows by the number of items received, so a server may cap the
 * page size. With `total`, the list ends where that is reached; without, with an empty page. A short page does not end it.
 */
export function offsetLimit({
  to = "offset",
  first = 0,
  ...overrides
}: NumberOptions = {}): PaginationStrategy {
  const strategy: PaginationStrategy = {
    next: (page) => {
      const following = numberIn(page, to, first) + page.items.length;
      const total = totalOf(strategy, page) ?? Number.POSITIVE_INFINITY;
      return following - first >= total ? null : setParameter(page.request, to, following);
    },
    cursors: [to],
    cursorMeans: "position",
    emptyPage: "end",
    pageSize: { in: "limit", adjustable: true },
    ...overrides,
  };
  return strategy;
}

function numberIn({ request }: StrategyPage, parameter: Parameter, first: number): number {
  const value = readParameter(request, parameter) ?? first;
  const number = value === "" ? Number.NaN : Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new ConfigurationError(
    `Cannot page by the parameter ${parameterName(parameter)} as it must be a whole number: current value is ${JSON.stringify(value)}`,
  );
}
