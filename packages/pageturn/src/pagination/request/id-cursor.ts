import { PaginationError } from "../../errors/pagination-error.ts";
import { ownOptions } from "./own-options.ts";
import type { PageInfo, PageRequest } from "./page-request.ts";
import {
  type CursorSource,
  cursorFrom,
  type PaginationStrategy,
  type StrategyOverrides,
  type StrategyPage,
  sourceName,
} from "./strategy.ts";

/** Options of {@link idCursor}: its own, and members of the strategy. */
export interface IdCursorOptions extends StrategyOverrides {
  /** The query parameter for the items after an id. Default `after`. */
  readonly after?: string | undefined;
  /** The query parameter for the items before an id. Default: the API has no way back. */
  readonly before?: string | undefined;
  /** Where a page has the cursor of its first item. Default: the `id` of that item. */
  readonly first?: CursorSource | undefined;
  /** Where a page has the cursor of its last item. Default: the `id` of that item. */
  readonly last?: CursorSource | undefined;
}

/**
 * Pages by the ids of items: `after` the last one or, where a request has a truthy `before`, which takes precedence over `after`,
 * `before` the first one. The previous page is the page against the direction of the request.
 *
 * @example
 * ```ts
 * const strategy = idCursor({ after: "starting_after", before: "ending_before", hasMore: "has_more" });
 * ```
 */
export function idCursor(options: IdCursorOptions = {}): PaginationStrategy {
  const {
    after = "after",
    before,
    first = { firstItem: "id" },
    last = { lastItem: "id" },
    ...overrides
  } = ownOptions("idCursor", options, { after: "text", before: "text", first: "source", last: "source" });
  const forward = (page: StrategyPage, other?: string) => pageAt(after, idAt(last, page), other);
  if (before === undefined)
    return { next: (page) => forward(page), cursors: [after], cursorMeans: "position", ...overrides };
  const isBackward = (request: PageRequest) => Boolean(request.query[before]);
  const backward = (page: StrategyPage, other?: string) => pageAt(before, idAt(first, page), other);
  return {
    next: (page) => (isBackward(page.request) ? backward(page) : forward(page)),
    previous: (page) => (isBackward(page.request) ? forward(page, before) : backward(page, after)),
    cursors: [after, before],
    cursorMeans: "position",
    isBackward,
    ...overrides,
  };
}

/** A number beyond 2 ** 53 has lost its last digits in JSON.parse, and would lead elsewhere. */
function idAt(source: CursorSource, page: StrategyPage): unknown {
  const id = cursorFrom(source, page);
  if (typeof id !== "number" || Math.abs(id) <= Number.MAX_SAFE_INTEGER) return id;
  throw new PaginationError(
    `Cannot page by \`${sourceName(source)}\` as it is a number that JavaScript cannot read exactly: the API must send it ` +
      "as text, or page by something else",
  );
}

/** The page at an id: `null` where there is none. APIs refuse a request with both cursors: `other` is taken out. */
function pageAt(parameter: string, id: unknown, other?: string): PageInfo | null {
  if (typeof id === "number" || (typeof id === "string" && id !== ""))
    return { params: { ...(other !== undefined && { [other]: undefined }), [parameter]: id } };
  return null;
}
