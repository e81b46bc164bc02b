import { ownOptions } from "../pagination/request/own-options.ts";
import type {
  CursorSource,
  PaginationStrategy,
  Parameter,
  StrategyOverrides,
} from "../pagination/request/strategy.ts";

/** Options of {@link pageToken} and {@link pageCursor}. */
export interface TokenOptions extends StrategyOverrides {
  /** Where a page has the token of the next page. Default: `next_page_token`, or `next_cursor`, of the body. */
  readonly from?: CursorSource | undefined;
  /** The parameter that takes it. Default: the query parameter `page_token`, or `cursor`. */
  readonly to?: Parameter | undefined;
  /** Where a page has the token of the previous page, for the same parameter. Default: the API has no way back. */
  readonly previous?: CursorSource | undefined;
}

/**
 * Pages by an opaque token. An empty token ends the list (`emptyCursor: "valid"` changes that). The token is bound to the
 * rest of the query and to the page size: nothing else changes during a walk.
 *
 * @example
 * ```ts
 * const strategy = pageToken({ items: "files", from: { body: "nextPageToken" }, to: "pageToken" });
 * ```
 */
export function pageToken(options: TokenOptions = {}): PaginationStrategy {
  const {
    from = { body: "next_page_token" },
    to = "page_token",
    previous,
    ...overrides
  } = ownOptions("pageToken", options, { from: "source", to: "parameter", previous: "source" });
  return { next: { from, to }, ...(previous && { previous: { from: previous, to } }), ...overrides };
}

/** How the lists of some APIs can be requested. */
export const METHODS = ["GET", "POST"] as const;

/** A parameter of the query, or with POST of the JSON body. */
export function parameterOf(method: "GET" | "POST" | undefined, name: string): Parameter {
  return method === "POST" ? { json: name } : { query: name };
}

/** {@link pageToken} with the names `next_cursor` and `cursor`. */
export function pageCursor(options: TokenOptions = {}): PaginationStrategy {
  return pageToken({ from: { body: "next_cursor" }, to: "cursor", ...ownOptions("pageCursor", options, {}) });
}
