import { ConfigurationError } from "../errors/pageturn-error.ts";
import type { Pacer } from "../http/pacer.ts";
import { isDotSegment } from "../http/path-template.ts";
import type { SendResult } from "../http/send.ts";
import type { SyncSendOptions } from "../http/sync/sync-protocol.ts";
import type { HttpRequest } from "../http/transport.ts";
import { resumeAt } from "../pagination/checkpoint/resume.ts";
import type { FetchedPage } from "../pagination/page/page-body.ts";
import type { JsonObject, PageRequest } from "../pagination/request/page-request.ts";
import { byName, queryString, type WireQuery } from "../pagination/request/query.ts";
import type { PaginationStrategy } from "../pagination/request/strategy.ts";
import type { ListSource } from "../pagination/walk/list-source.ts";
import { type ClientConfig, checkedPace, milliseconds, retries } from "./client-config.ts";
import { given } from "./client-options.ts";
import { overlayHeaders, type Redact, type RequestHeaders, redactor, requireCredentials } from "./headers.ts";
import type { SyncListOptions } from "./list-options.ts";
import { fetchedPage } from "./response.ts";

/** A list as a caller asks for it. */
export interface ListCallInit {
  readonly path: string;
  /** The parameters of the call. */
  readonly params?: Readonly<Record<string, unknown>> | null | undefined;
  readonly json?: JsonObject | undefined;
  readonly itemsKey?: string | undefined;
  /** Query parameters that the endpoint cannot do without. */
  readonly required?: readonly string[] | undefined;
  /** Headers of the endpoint itself; those of `options` lie over them. */
  readonly headers?: RequestHeaders | undefined;
  readonly options?: SyncListOptions | undefined;
  readonly strategy: PaginationStrategy;
}

/** One call of a `list()`, checked: what is the same for all its pages is worked out once, here. */
export class ListCall {
  /** The list itself, without the function that fetches. */
  readonly source: ListSource;
  readonly #bounds: SyncSendOptions;
  readonly #pacer: Pacer | null;
  readonly #headers: RequestHeaders;
  readonly #redact: Redact;

  /** Throws `ConfigurationError`, `MissingCredentialsError` or `CheckpointError`, before any request. */
  constructor(config: ClientConfig, init: ListCallInit) {
    const { options = {} } = init;
    const headers = overlayHeaders({ ...config.headers, ...init.headers }, options.headers);
    requireCredentials(headers, { ...config.defaultHeaders, ...options.headers });
    this.#headers = init.json === undefined ? headers : { "content-type": "application/json", ...headers };
    this.#redact = redactor(this.#headers);
    this.#bounds = {
      timeout: milliseconds(options.timeout, config.timeout),
      maxRetries: retries(options.maxRetries, config.maxRetries),
      maxResponseBytes: config.maxResponseBytes,
    };
    this.#pacer = checkedPace(options.pace, config.pace) === "auto" ? config.pacer : null;
    const { path, query } = listPath(init.path, config.baseURL);
    const request: PageRequest = {
      base: config.baseURL,
      path,
      query: { ...query, ...config.defaultQuery, ...given(init.params), ...given(options.query) },
      json: init.json,
    };
    queryString(request.query);
    requireParams(init, request.query);
    const { resumeFrom } = options;
    this.source = {
      request,
      start: resumeFrom === undefined ? undefined : resumeAt(request, resumeFrom, init.strategy),
      items: init.itemsKey,
      walk: config.walk,
    };
  }

  /** What is sent for one page. */
  httpRequest(request: PageRequest): HttpRequest {
    const query = queryString(request.query);
    const url = `${request.base}${request.path}${query === "" ? "" : `?${query}`}`;
    const json = request.json;
    if (json === undefined) return { method: "GET", url, headers: this.#headers, body: null };
    return { method: "POST", url, headers: this.#headers, body: JSON.stringify(json) };
  }

  /** How the next request is to be sent. */
  get sendOptions(): SyncSendOptions {
    return this.#pacer === null ? this.#bounds : { ...this.#bounds, waitFirst: this.#pacer.wait };
  }

  /** The page in an answer. Throws what {@link fetchedPage} throws. */
  fetched(request: HttpRequest, result: SendResult): FetchedPage {
    this.#pacer?.note(result.response.headers);
    return fetchedPage(request, result, this.#redact);
  }
}

/** The API would answer 400, after a journey; a default query or the options may have filled it in. */
function requireParams(
  { path, required = [] }: ListCallInit,
  query: Readonly<Record<string, unknown>>,
): void {
  const missing = required.find((name) => (query[name] ?? query[`${name}[]`] ?? null) === null);
  if (missing === undefined) return;
  throw new ConfigurationError(
    `Cannot list ${path} as the API requires the parameter ${missing}: pass it to list()`,
  );
}

/**
 * A path as it is given to `getAPIList`, taken apart: it may carry a query, and it may be a whole URL.
 *
 * Throws {@link ConfigurationError} for a URL of another origin: the client's credentials would go there.
 */
export function listPath(path: string, baseURL: string): { path: string; query: WireQuery } {
  const given = typeof path === "string" ? path : "";
  const relative = given.startsWith(`${baseURL}/`) ? given.slice(baseURL.length) : given;
  const [bare = "", query = ""] = relative.replace(/#.*$/s, "").split(/\?(.*)/s);
  // A whole URL, or what a parser of URLs reads otherwise than we do: it takes `\` for `/`, and leaves out line breaks.
  const isOther = /^(?:[a-z][a-z\d+.-]*:|\/\/)|[\\\t\r\n]/i.test(bare);
  if (bare === "" || isOther || bare.split("/").some(isDotSegment)) {
    throw new ConfigurationError(
      `Cannot list ${JSON.stringify(given.slice(0, 200))} as it must be a path under the client's baseURL ${baseURL}, ` +
        'such as "/v1/models": the credentials go with it',
    );
  }
  return { path: bare.startsWith("/") ? bare : `/${bare}`, query: byName(new URLSearchParams(query)) };
}
