import { PaginationError } from "../errors/pagination-error.ts";
import { ownOptions } from "../pagination/request/own-options.ts";
import { type JSONPath, type PageInfo, pathName, valueAt } from "../pagination/request/page-request.ts";
import { queryString } from "../pagination/request/query.ts";
import type { PaginationStrategy, StrategyOverrides, StrategyPage } from "../pagination/request/strategy.ts";

/** The query parameters that links set, if `parameters` does not say it. */
export const DEFAULT_PARAMETERS = ["page", "cursor", "offset", "limit"];

/** Options of {@link nextURL} and {@link linkHeader}. */
export interface LinkOptions extends Omit<StrategyOverrides, "links"> {
  /**
   * The query parameters that the links set: a checkpoint may change these. Default: `page`, `cursor`, `offset` and `limit`.
   */
  readonly parameters?: readonly string[] | undefined;
  /** The other paths that the links lead to. Default: none; a list can then not be resumed from such a page. */
  readonly paths?: RegExp | undefined;
  /**
   * How a link is followed.
   *
   * - `"overlay"` (default): its path is requested, and its parameters replace those of the request. The others stay.
   * - `"replace"`: it is requested as it is, for APIs that refuse other parameters. Credentials in the query and
   *   the parameters in `keep` stay.
   * - `"cursor"`: only `parameters` are taken from it. Path and query stay, for links with a wrong host or path, such as
   *   those of a server behind a proxy.
   */
  readonly links?: "overlay" | "replace" | "cursor" | undefined;
  /** With `links: "replace"`: the query parameters that stay where a link does not have them. Default: none. */
  readonly keep?: readonly string[] | undefined;
}

/** Options of {@link nextURL}. */
export interface NextURLOptions extends LinkOptions {
  /** Where a body has the link to the next page. Default `next`. */
  readonly next?: JSONPath | undefined;
  /** Where a body has the link to the previous page. Default `previous`; `null` where the API has none. */
  readonly previous?: JSONPath | null | undefined;
}

/**
 * Pages by links in the body, relative or absolute. The items are in `results`, unless `items` says otherwise. The list ends
 * where the link is null, empty or absent. A link to another origin is refused.
 *
 * @example
 * ```ts
 * const strategy = nextURL({ items: "data", next: ["links", "next"], parameters: ["page[after]"] });
 * ```
 */
export function nextURL(options: NextURLOptions = {}): PaginationStrategy {
  const {
    next = "next",
    previous = "previous",
    ...others
  } = ownOptions("nextURL", options, {
    next: "path",
    previous: "pathOrNull",
  });
  const linkAt = (path: JSONPath) => (page: StrategyPage) => linkOf(path, valueAt(page.body, path));
  return byLinks(
    { next: linkAt(next), previous: previous === null ? undefined : linkAt(previous) },
    {
      items: "results",
      fields: [next, previous].filter((path) => typeof path === "string"),
      ...others,
    },
  );
}

function linkOf(path: JSONPath, link: unknown): string | null {
  if (link === undefined || link === null || link === "") return null;
  if (typeof link === "string") return link;
  throw new PaginationError(
    `Cannot follow the link \`${pathName(path)}\` as it must be text: it is of type ${typeof link}`,
  );
}

/** The link of a page to its neighbour; null where there is none. */
type LinkReader = (page: StrategyPage) => string | null;

/** The strategy that follows the links that these functions read. */
export function byLinks(
  { next, previous }: { readonly next: LinkReader; readonly previous: LinkReader | undefined },
  options: LinkOptions,
): PaginationStrategy {
  const {
    parameters = DEFAULT_PARAMETERS,
    paths,
    links = "overlay",
    keep = [],
    ...overrides
  } = ownOptions("linkHeader", options, {
    parameters: "texts",
    paths: "pattern",
    links: ["overlay", "replace", "cursor"],
    keep: "texts",
  });
  const step = (read: LinkReader) => (page: StrategyPage) => {
    const link = read(page);
    if (link === null) return null;
    return links === "cursor" ? cursorOf(link, page, parameters) : { url: withKept(link, page, keep) };
  };
  return {
    next: step(next),
    ...(previous && { previous: step(previous) }),
    cursors: [...parameters, ...(paths === undefined ? [] : [{ path: paths }])],
    ...(links === "replace" && { links }),
    ...overrides,
  };
}

/** The parameters of a link, whatever its origin; none where it is not a URL. */
function parametersOf(link: string): URLSearchParams {
  const base = "http://localhost";
  return URL.canParse(link, base) ? new URL(link, base).searchParams : new URLSearchParams();
}

/** The named parameters of a link, as a change of the query. */
function cursorOf(link: string, { request }: StrategyPage, parameters: readonly string[]): PageInfo {
  const found = parametersOf(link);
  const params = parameters.filter((name) => found.has(name)).map((name) => [name, found.get(name)] as const);
  if (params.length > 0) return { params: Object.fromEntries(params) };
  throw new PaginationError(
    `Cannot request the next page of ${request.path}: its link has none of the parameters ${parameters.join(", ")}. ` +
      "Name those that it sets in `parameters`",
  );
}

/** The link with the parameters of the request that it lacks. */
function withKept(link: string, { request }: StrategyPage, keep: readonly string[]): string {
  const found = parametersOf(link);
  const missing = keep.filter((name) => !found.has(name)).map((name) => [name, request.query[name]] as const);
  const search = queryString(Object.fromEntries(missing));
  if (search === "") return link;
  const [target = ""] = link.split("#", 1);
  return `${target}${target.includes("?") ? "&" : "?"}${search}`;
}
