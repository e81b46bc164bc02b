import type { PageRequest } from "./page-request.ts";
import { queryString } from "./query.ts";

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
