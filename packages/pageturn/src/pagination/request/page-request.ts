import { PaginationError } from "../../errors/pagination-error.ts";
import {
  arrayName,
  byName,
  flatQuery,
  type QueryParams,
  type WirePair,
  wirePairs,
  wireQuery,
} from "./query.ts";

/** A JSON object: what a JSON request body is, and what most list bodies are. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether decoded JSON is an object: neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The parts of a request that can differ from page to page. Everything else is the same for the whole list. */
export interface PageRequest {
  /** The URL in front of `path`, without a slash at its end. A link may not lead to another origin. */
  readonly base?: string | undefined;
  /** The path, without query. */
  readonly path: string;
  readonly query: QueryParams;
  /** The JSON body. A request that has one is a POST. */
  readonly json?: JsonObject | undefined;
  /** Headers that differ from page to page, names in lower case: a cursor that is sent as a header. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Metadata of the response that a page came in. */
export interface PageResponse {
  /** The HTTP status. */
  readonly status: number;
  /** The response headers. */
  readonly headers: Headers;
  /** The `request-id` header, `null` where the server sent none. */
  readonly requestId: string | null;
  /** The absolute URL of the answer, after redirects. */
  readonly url: string;
  /** From the first attempt to the last byte, retries and their waits included, in milliseconds. */
  readonly durationMs: number;
}

type ExactlyOne<M> = {
  [K in keyof M]: Readonly<Pick<M, K>> & { readonly [O in Exclude<keyof M, K>]?: never };
}[keyof M];

/**
 * The change that turns the request of a page into the request of a neighbouring page. Exactly one member is set:
 *
 * - `params` overlay the query.
 * - `json` overlays the JSON body.
 * - `headers` overlay the page's headers.
 * - `path` replaces the path.
 * - `url` replaces the path, and its query overlays the query. It must stay on the same origin.
 */
export type PageInfo = ExactlyOne<{
  params: QueryParams;
  json: JsonObject;
  headers: Readonly<Record<string, string>>;
  path: string;
  url: string;
}>;

/**
 * The request for the page that `info` points to.
 *
 * Throws a `TypeError` where `info.json` meets a request without a JSON-object body, and a
 * {@link PaginationError} where `info.url` leads to another origin: credentials would travel along.
 */
export function nextRequest(request: PageRequest, info: PageInfo): PageRequest {
  if (info.params !== undefined)
    return { ...request, query: { ...request.query, ...flatQuery(info.params) } };
  if (info.url !== undefined) return followLink(request, info.url);
  if (info.headers !== undefined) return { ...request, headers: { ...request.headers, ...info.headers } };
  if (info.path !== undefined) return { ...request, path: info.path };
  if (!isJsonObject(info.json) || !isJsonObject(request.json)) {
    throw new TypeError(
      `Cannot request the next page of ${request.path}: a json PageInfo and the request's body must be JSON objects`,
    );
  }
  return { ...request, json: { ...request.json, ...info.json } };
}

/** Whether two requests ask for exactly the same page, in whatever order their parameters are written. */
export function isSameRequest(one: PageRequest, other: PageRequest): boolean {
  return requestKey(one) === requestKey(other);
}

/** A text that two requests share exactly where they ask for the same page, whatever the query parameter `except` says. */
export function requestKey({ base, path, query, json, headers }: PageRequest, except?: string): string {
  const pairs = wirePairs(query).filter(([name]) => name !== except);
  const url = base === undefined ? path : base + path;
  // Sorted, because a link may write the same parameters in another order.
  const key = JSON.stringify([url, pairs.sort(byWireName)]);
  return json === undefined && headers === undefined ? key : `${key} ${canonical([json, headers])}`;
}

/** `value` as JSON with the keys of all objects sorted. */
export function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** By name alone: the order of the values of an array matters. */
function byWireName([one]: WirePair, [other]: WirePair): number {
  return one < other ? -1 : Number(one > other);
}

/** Stands in for the base of a request that has none; nothing is ever sent to it. */
const NO_BASE = "http://host.invalid";

function followLink(request: PageRequest, link: string): PageRequest {
  const base = request.base ?? NO_BASE;
  const here = new URL(base);
  if (!URL.canParse(link, base + request.path)) {
    throw new PaginationError(`Cannot follow the link of ${request.path}: it is not a URL`);
  }
  const to = new URL(link, base + request.path);
  // Without a base, a path that begins with `//` would be another host.
  if (to.origin !== here.origin || to.pathname.startsWith("//")) {
    throw new PaginationError(
      `Cannot follow the link of ${request.path}: it leads to another origin, to which the credentials would go: ` +
        `${to.origin}. If this is intended, use that origin as the base URL (\`base\` of the request)`,
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
