import { PaginationError } from "../../errors/pagination-error.ts";
import { isSecretParameter } from "../../errors/secrets.ts";
import {
  arrayName,
  byName,
  flatQuery,
  type QueryParams,
  queryString,
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
  /**
   * What a link to another origin means. `"refuse"` (default): an error, as the credentials would go there. `"strip"`: it
   * is followed, and the request becomes `"stripped"`: whoever sends it leaves out every header of the caller. It stays so,
   * also where a later link leads back: the other origin has chosen what is requested.
   */
  readonly crossOrigin?: "refuse" | "strip" | "stripped" | undefined;
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
  /** One of the headers, `null` where the server sent none. It is faster than `headers`, which Node.js loads its `fetch` for. */
  header?(name: string): string | null;
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
 * - `wholeURL` replaces the path and the whole query, except for the credentials in it, which the link may not repeat. It
 *   must stay on the same origin.
 */
export type PageInfo = ExactlyOne<{
  params: QueryParams;
  json: JsonObject;
  headers: Readonly<Record<string, string>>;
  path: string;
  url: string;
  wholeURL: string;
}>;

/**
 * The request for the page that `info` points to.
 *
 * Throws a `TypeError` where `info.json` meets a request without a JSON-object body, and a
 * {@link PaginationError} where a URL leads to another origin: credentials would travel along.
 */
export function nextRequest(request: PageRequest, info: PageInfo): PageRequest {
  if (info.params !== undefined)
    return { ...request, query: { ...request.query, ...flatQuery(info.params) } };
  if (info.url !== undefined) return followLink(request, info.url, overlayUrlQuery);
  if (info.wholeURL !== undefined) return followLink(request, info.wholeURL, replaceQuery);
  if (info.headers !== undefined) return { ...request, headers: { ...request.headers, ...info.headers } };
  if (info.path !== undefined) return { ...request, path: info.path };
  if (!isJsonObject(info.json) || !isJsonObject(request.json))
    throw new TypeError(
      `Cannot request the next page of ${request.path}: a json PageInfo and the request's body must be JSON objects`,
    );
  return { ...request, json: { ...request.json, ...info.json } };
}

/**
 * The request for the page that `info` of a page points to. Where a redirect led to another origin, the links of the page are
 * that origin's: relative to its URL, and followed without credentials, also back to the origin of the list.
 */
export function requestFrom(
  { request, response }: { readonly request: PageRequest; readonly response: Pick<PageResponse, "url"> },
  info: PageInfo,
): PageRequest {
  const isLink = (info.url ?? info.wholeURL) !== undefined;
  return nextRequest(isLink ? asAnswered(request, response.url) : request, info);
}

function asAnswered(request: PageRequest, url: string): PageRequest {
  const { crossOrigin = "refuse", base = NO_BASE } = request;
  if (crossOrigin === "refuse" || !URL.canParse(url)) return request;
  const { origin, pathname, searchParams } = new URL(url);
  if (origin === new URL(base).origin) return request;
  return { ...request, base: origin, crossOrigin: "stripped", path: pathname, query: byName(searchParams) };
}

/** A text that two requests share exactly where they ask for the same page, whatever the query parameter `except` says. */
export function requestKey({ base, path, query, json, headers }: PageRequest, except?: string): string {
  const pairs = wirePairs(query).filter(([name]) => name !== except);
  const url = base === undefined ? path : base + path;
  // A link may write the same parameters in another order. Sorted by name alone: that of the values of an array matters.
  const key = JSON.stringify([url, pairs.sort(([one], [other]) => (one < other ? -1 : Number(one > other)))]);
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

/** Stands in for the base of a request that has none; nothing is ever sent to it. */
const NO_BASE = "http://host.invalid";

/** The query of a request that follows a link: the one before, changed by that of the link. */
type QueryOfLink = (query: QueryParams, link: URLSearchParams) => QueryParams;

function followLink(request: PageRequest, link: string, queryOf: QueryOfLink): PageRequest {
  const base = request.base ?? NO_BASE;
  const here = new URL(base);
  if (!URL.canParse(link, base + request.path))
    throw new PaginationError(`Cannot follow the link of ${request.path}: it is not a URL`);
  const to = new URL(link, base + request.path);
  if (!/^https?:$/.test(to.protocol))
    throw new PaginationError(
      `Cannot follow the link of ${request.path}: it must be an http or https link, and begins with ${to.protocol}`,
    );
  // Without a base, a path that begins with `//` would be another host.
  const isElsewhere = to.origin !== here.origin;
  if ((isElsewhere && !mayLeave(request, to)) || to.pathname.startsWith("//"))
    throw new PaginationError(
      `Cannot follow the link of ${request.path}: it leads to another origin, to which the credentials would go: ` +
        `${to.origin}. If this is intended, use that origin as the base URL (\`base\` of the request)`,
    );
  // The query of the list may hold credentials, too.
  if (isElsewhere) {
    const query = byName(to.searchParams);
    return { ...request, base: to.origin, crossOrigin: "stripped", path: to.pathname, query };
  }
  const query = queryOf(request.query, to.searchParams);
  const prefix = here.pathname.replace(/\/$/, "");
  if (to.pathname.startsWith(`${prefix}/`))
    return { ...request, path: to.pathname.slice(prefix.length), query };
  return { ...request, base: here.origin, path: to.pathname, query };
}

/** Whether a link to another origin is followed: no JSON body goes there, and nothing from https to http. */
function mayLeave({ crossOrigin, json, base = "" }: PageRequest, { protocol }: URL): boolean {
  const isRefused = crossOrigin === undefined || crossOrigin === "refuse";
  if (isRefused || json !== undefined) return false;
  return protocol === "https:" || (protocol === "http:" && base.startsWith("http:"));
}

function replaceQuery(query: QueryParams, link: URLSearchParams): QueryParams {
  const credentials = Object.entries(query).filter(([name]) => isSecretParameter(name));
  return { ...Object.fromEntries(credentials), ...byName(link) };
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

/** A header that is a link, as text: libraries read each byte as a character, and servers send UTF-8. */
export function headerText(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(value, (each) => each.charCodeAt(0)),
    );
  } catch {
    return value;
  }
}

/** Where a value is in JSON: a top-level key, or the path of keys that leads to it. `[]` is the whole value. */
export type JSONPath = string | readonly string[];

/** The keys of a path. */
export function keysOf(path: JSONPath): readonly string[] {
  return typeof path === "string" ? [path] : path;
}

/** The value at `path`; `undefined` where a key is absent. Inherited members, such as `constructor`, are absent. */
export function valueAt(json: unknown, path: JSONPath): unknown {
  let value = json;
  for (const key of keysOf(path)) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** A copy of `json` with `value` at `path`. What lies on the way and is not an object is replaced by one. */
export function withValueAt(
  json: JsonObject,
  [key = "", ...rest]: readonly string[],
  value: unknown,
): JsonObject {
  const inner = Object.hasOwn(json, key) ? json[key] : undefined;
  const next = rest.length === 0 ? value : withValueAt(isJsonObject(inner) ? inner : {}, rest, value);
  // Not by assignment: a key may be called `__proto__`.
  return Object.fromEntries([...Object.entries(json).filter(([name]) => name !== key), [key, next]]);
}

/** A path as messages show it: `result.items`. */
export function pathName(path: JSONPath): string {
  return keysOf(path).join(".");
}

/** A {@link PageRequest} as it goes over the wire. */
export interface WrittenRequest {
  readonly method: "GET" | "POST";
  /** `base`, `path` and the query; without a `base` it begins with the path. */
  readonly url: string;
  /** The headers of this page alone, names in lower case; with a JSON body, its `content-type`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body as text; null where there is none. */
  readonly body: string | null;
}

/** The HTTP method of a request: POST where it has a JSON body. */
export function requestMethod({ json }: PageRequest): "GET" | "POST" {
  return json === undefined ? "GET" : "POST";
}

/**
 * Writes a request for one page. Values that are `undefined` or `null` are left out of the query.
 *
 * Throws `ConfigurationError` for a value of the query that has no text: `NaN`, a function, a class instance.
 *
 * @example
 * ```ts
 * const { url } = writeRequest({ base: "https://example.com", path: "/notes", query: { after: undefined, limit: 5 } });
 * console.log(url); // https://example.com/notes?limit=5
 * ```
 */
export function writeRequest(request: PageRequest): WrittenRequest {
  const { base = "", path, query, json, headers } = request;
  const search = queryString(query);
  const url = search === "" ? base + path : `${base}${path}?${search}`;
  if (json === undefined) return { method: "GET", url, headers: headers ?? NO_HEADERS, body: null };
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(json),
  };
}

/** One object for all pages: the transports write the headers of a list once. */
const NO_HEADERS: WrittenRequest["headers"] = {};
