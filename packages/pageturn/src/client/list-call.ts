import type { SyncListOptions } from "../catalog/list-options.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import type { HttpRequest } from "../http/http-message.ts";
import type { Pacer } from "../http/pacer.ts";
import { queryString } from "../http/query-string.ts";
import type { SendResult } from "../http/send.ts";
import type { SyncSendOptions } from "../http/sync-protocol.ts";
import type { ListSource } from "../pagination/list-source.ts";
import type { JsonObject } from "../pagination/page-info.ts";
import type { FetchedPage } from "../pagination/page-init.ts";
import type { PageRequest } from "../pagination/page-request.ts";
import { resumeAt } from "../pagination/resume.ts";
import type { PageKind } from "../pagination/strategy.ts";
import { type ClientConfig, checkedPace, milliseconds, retries } from "./client-config.ts";
import { fetchedPage } from "./fetched-page.ts";
import { given } from "./given.ts";
import { listPath } from "./list-path.ts";
import { type Redact, redactor } from "./redact.ts";
import { overlayHeaders, type RequestHeaders, requireCredentials } from "./request-headers.ts";

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
  readonly pageKind: PageKind;
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
      start: resumeFrom === undefined ? undefined : resumeAt(request, resumeFrom, init.pageKind),
      itemsKey: init.itemsKey,
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
