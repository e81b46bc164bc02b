import { PaginationError } from "../../errors/pagination-error.ts";
import { arrayName, byName, type QueryParams, type WirePair, wirePairs, wireQuery } from "./query.ts";

/** A JSON object: what a list body and a JSON request body are. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether decoded JSON is an object: neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What must change in a request to get the page beside it: exactly one of `params`, `url`, `json`.
 *
 * - `params` overlay the query of the request before.
 * - `url` replaces the path, and its query overlays the old one. It must stay on the same origin.
 * - `json` overlays the JSON body of the request before.
 */
export type PageInfo =
  | { readonly params: QueryParams; readonly url?: never; readonly json?: never }
  | { readonly url: string; readonly params?: never; readonly json?: never }
  | { readonly json: JsonObject; readonly params?: never; readonly url?: never };

/** What is known of the response that a page came in. */
export interface PageResponse {
  /** The HTTP status. */
  readonly status: number;
  /** The response headers. */
  readonly headers: Headers;
  /** The `request-id` header, null where the server sent none. */
  readonly requestId: string | null;
  /** The absolute URL of the answer, after redirects. */
  readonly url: string;
  /** From the first attempt to the last byte, retries and their waits included, in milliseconds. */
  readonly durationMs: number;
}

/** What tells one page of a list from another. Headers, time limits and the like belong to the whole list. */
export interface PageRequest {
  /** The URL that `path` stands under, without a slash at its end; a link may not lead to another origin. */
  readonly base?: string | undefined;
  /** The path, without query. */
  readonly path: string;
  readonly query: QueryParams;
  /** The JSON body, for lists that are asked for with one. */
  readonly json?: JsonObject | undefined;
  /** Headers that differ from page to page, names in lower case: a cursor that is sent as a header. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * The request for the page that `info` points to.
 *
 * Throws a `TypeError` where `info.json` meets a request without a JSON-object body, and a
 * {@link PaginationError} where `info.url` leads to another origin: credentials would travel along.
 */
export function nextRequest(request: PageRequest, info: PageInfo): PageRequest {
  if (info.params !== undefined) return { ...request, query: { ...request.query, ...info.params } };
  if (info.url !== undefined) return followLink(request, info.url);
  if (!isJsonObject(info.json) || !isJsonObject(request.json)) {
    throw new TypeError(
      `Cannot ask for the next page of ${request.path} as a json PageInfo and the request's body must be JSON objects`,
    );
  }
  return { ...request, json: { ...request.json, ...info.json } };
}

/** By name alone: the order of an array's items means something. */
function byWireName([one]: WirePair, [other]: WirePair): number {
  return one < other ? -1 : Number(one > other);
}

/** Whether two requests of one list ask for the same place in it; with another `limit` it is the same place. */
export function isSamePage(one: PageRequest, other: PageRequest): boolean {
  return placeKey(one) === placeKey(other);
}

/** The key of the place that a request asks for, whatever its `limit`. */
export function placeKey(request: PageRequest): string {
  const { base, path, query, json } = request;
  const pairs = wirePairs(query).filter(([name]) => name !== "limit");
  // Sorted, as a link may write the same parameters in another order.
  return JSON.stringify([base, path, pairs.sort(byWireName), json]);
}

/** Stands in for the base of a request that has none; nothing is ever sent to it. */
const NO_BASE = "http://host.invalid";

function followLink(request: PageRequest, link: string): PageRequest {
  const base = request.base ?? NO_BASE;
  const here = new URL(base);
  if (!URL.canParse(link, base + request.path)) {
    throw new PaginationError(`Cannot follow the link of ${request.path} as it is no URL`);
  }
  const to = new URL(link, base + request.path);
  if (to.origin !== here.origin) {
    throw new PaginationError(
      `Cannot follow the link of ${request.path} as it leads to another origin, to which the credentials would ` +
        `go: ${to.origin}. If that is meant, make it the baseURL`,
    );
  }
  const query = overlayUrlQuery(request.query, to.searchParams);
  const prefix = here.pathname.replace(/\/$/, "");
  if (to.pathname.startsWith(`${prefix}/`))
    return { ...request, path: to.pathname.slice(prefix.length), query };
  return { ...request, base: here.origin, path: to.pathname, query };
}

function overlayUrlQuery(query: QueryParams, link: URLSearchParams): QueryParams {
  const added = byName(link);
  const replaced = new Set(Object.keys(added).map(arrayName));
  const kept = Object.entries(query).flatMap(([name, value]) => {
    const written = Object.entries(wireQuery({ [name]: value }));
    const left = written.filter(([wireName]) => !replaced.has(arrayName(wireName)));
    return left.length < written.length ? left : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...added };
}
