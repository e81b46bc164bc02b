import { PaginationError } from "../errors/pagination-error.ts";
import type { PageInfo } from "../pagination/request/page-request.ts";
import { type JSONPath, valueAt } from "../pagination/request/page-request.ts";
import type { PaginationStrategy, StrategyPage } from "../pagination/request/strategy.ts";
import type { StrategyOverrides } from "./overrides.ts";

/** Options of {@link nextURL} and {@link linkHeader}. */
export interface LinkOptions extends StrategyOverrides {
  /** The query parameters that the links set: a checkpoint may change these. Default: `page`, `cursor` and `offset`. */
  readonly parameters?: readonly string[] | undefined;
  /** The other paths that the links lead to. Default: none; a list can then not be resumed from such a page. */
  readonly paths?: RegExp | undefined;
  /**
   * `"follow"` (default) requests the link. `"cursor"` takes only `parameters` from it and keeps the path and the rest of
   * the query: for links with a wrong host or path, such as those of a server behind a proxy.
   */
  readonly mode?: "follow" | "cursor" | undefined;
}

/** Options of {@link nextURL}. */
export interface NextURLOptions extends LinkOptions {
  /** Where a body has the link to the next page. Default `next`. */
  readonly next?: JSONPath | undefined;
  /** Where a body has the link to the previous page. Default `previous`; `null` where the API has none. */
  readonly previous?: JSONPath | null | undefined;
}

/**
 * Pages by links in the body, relative or absolute. Parameters of a link replace those of the request. The list ends where
 * the link is null, empty or absent. A link to another origin is refused.
 */
export function nextURL({ next = "next", previous = "previous", ...options }: NextURLOptions = {}) {
  const linkAt = (path: JSONPath) => (page: StrategyPage) => linkOf(path, valueAt(page.body, path));
  return byLinks(
    { next: linkAt(next), previous: previous === null ? undefined : linkAt(previous) },
    {
      items: "results",
      fields: [next, previous].filter((path) => typeof path === "string"),
      ...options,
    },
  );
}

function linkOf(path: JSONPath, link: unknown): string | null {
  if (link === undefined || link === null || link === "") return null;
  if (typeof link === "string") return link;
  throw new PaginationError(
    `Cannot follow the link ${String(path)} as it is of type ${typeof link}, not text`,
  );
}

/** The link of a page to its neighbour; null where there is none. */
export type LinkReader = (page: StrategyPage) => string | null;

/** The strategy that follows the links that these functions read. */
export function byLinks(
  { next, previous }: { readonly next: LinkReader; readonly previous: LinkReader | undefined },
  { parameters = ["page", "cursor", "offset"], paths, mode, ...overrides }: LinkOptions,
): PaginationStrategy {
  const step = (read: LinkReader) => (page: StrategyPage) => {
    const link = read(page);
    if (link === null) return null;
    return mode === "cursor" ? cursorOf(link, page, parameters) : { url: link };
  };
  return {
    next: step(next),
    ...(previous && { previous: step(previous) }),
    cursors: [...parameters, ...(paths === undefined ? [] : [{ path: paths }])],
    ...overrides,
  };
}

/** The named parameters of a link, as a change of the query. */
function cursorOf(link: string, { request }: StrategyPage, parameters: readonly string[]): PageInfo {
  // The origin counts for nothing: only the query is read.
  const found = URL.canParse(link, "http://localhost")
    ? new URL(link, "http://localhost").searchParams
    : null;
  const params = parameters.flatMap((name) => (found?.has(name) ? [[name, found.get(name)] as const] : []));
  if (params.length > 0) return { params: Object.fromEntries(params) };
  throw new PaginationError(
    `Cannot request the next page of ${request.path}: its link has none of the parameters ${parameters.join(", ")}. ` +
      "Name those that it sets in `parameters`",
  );
}
