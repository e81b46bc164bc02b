import { tracing } from "#default-transport";
import { APIError, APIUserAbortError, requestName } from "../errors/api-error.ts";
import { isError } from "../errors/instance-of.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { maskError } from "../errors/secrets.ts";
import { type AttemptLog, Attempts } from "../http/attempts.ts";
import type { Pacer } from "../http/retry-policy.ts";
import { publicHeaders, type SendResult, send, sendAgain } from "../http/send.ts";
import { sendAttempts, sendAttemptsSync, startAttempts } from "../http/send-attempts.ts";
import type { BlockingTransport, SyncSendOptions } from "../http/sync/blocking-transport.ts";
import type { HttpRequest, Transport } from "../http/transport.ts";
import { resumeAt } from "../pagination/checkpoint/resume.ts";
import { itemParser, type StandardSchema } from "../pagination/list/parse-items.ts";
import { type FetchedPage, itemsAt } from "../pagination/page/page-body.ts";
import { kindOf, recordOf } from "../pagination/request/check-option.ts";
import {
  isJsonObject,
  type JsonObject,
  type PageRequest,
  type WrittenRequest,
  writeRequest,
} from "../pagination/request/page-request.ts";
import { copiedQuery, flatQuery } from "../pagination/request/query.ts";
import {
  cursorParameters,
  headerName,
  type ItemsLocation,
  type PaginationStrategy,
} from "../pagination/request/strategy.ts";
import type { TimeRange } from "../pagination/request/time-range.ts";
import { withEither } from "../pagination/walk/either-signal.ts";
import type {
  AsyncListSource,
  ListSource,
  PendingPage,
  SyncListSource,
} from "../pagination/walk/walk-options.ts";
import { AskedKeys } from "./asked-keys.ts";
import {
  type ApiRules,
  type ClientConfig,
  checkedPace,
  checkedRetries,
  checkedSignal,
  checkedTimeout,
  checkNames,
} from "./client-config.ts";
import {
  type AsyncListOptions,
  defined,
  LIST_OPTIONS,
  lower,
  overlayHeaders,
  type RequestHeaders,
} from "./client-options.ts";
import { ASKED_KEY } from "./key-source.ts";
import { listPath } from "./list-path.ts";
import type { LogTarget } from "./log-target.ts";
import { requestLog } from "./request-log.ts";
import { fetchedPage, hiddenFailure, type ReadOptions, type Redact, redactor } from "./response.ts";

/** A list as a caller requests it. */
export interface ListCallInit {
  readonly path: string;
  /** The parameters of the call. */
  readonly params?: Readonly<Record<string, unknown>> | null | undefined;
  readonly json?: JsonObject | undefined;
  readonly items?: ItemsLocation | undefined;
  /** Whether the API documents that an empty page may leave out its items. */
  readonly itemsOptional?: boolean | undefined;
  readonly schema?: StandardSchema<unknown> | undefined;
  /** The page size of a request that names none, where it is not that of the strategy; `null` where it is not known. */
  readonly defaultPageSize?: number | null | undefined;
  /** How the list can be restricted to a range of time. */
  readonly timeRange?: TimeRange | undefined;
  /** Query parameters that the endpoint requires. */
  readonly required?: readonly string[] | undefined;
  /** Headers of the endpoint itself; those of `options` replace them. */
  readonly headers?: RequestHeaders | undefined;
  readonly options?: AsyncListOptions | null | undefined;
  /** The names of all options of the call, for the message about one that does not exist. Default: {@link LIST_OPTIONS}. */
  readonly known?: readonly string[] | undefined;
  readonly strategy: PaginationStrategy;
}

/** One call of a `list()`, checked: what is the same for all its pages is worked out once, here. */
export class ListCall {
  /** The list itself, without the function that fetches. */
  readonly list: ListSource;
  /** The caller's, which ends all requests of the list. */
  readonly signal: AbortSignal | undefined;
  readonly #bounds: SyncSendOptions;
  readonly #pacer: Pacer;
  readonly #isPaced: boolean;
  readonly #headers: RequestHeaders;
  readonly #reading: ReadOptions;
  /** The function for the key, unless the caller set the header itself. */
  readonly #keys: AskedKeys | undefined;
  readonly #log: LogTarget | undefined;
  readonly #mask = (error: unknown): unknown => masked(error, this.#reading.redact);

  /**
   * Throws `ConfigurationError`, `MissingCredentialsError` or `CheckpointError`, before any request. `asyncClient` is the
   * name of the client to recommend where this one blocks.
   */
  constructor(config: ClientConfig, init: ListCallInit, asyncClient?: string) {
    const options = init.options ?? {};
    const { rules, defaultHeaders, baseURL, keySource } = config;
    const known = [...(init.known ?? LIST_OPTIONS), ...(rules.requestOptions ?? [])];
    checkNames("request", options, { known, asyncClient });
    recordOf("the option headers", options.headers);
    const ownHeaders = defined(options.headers, lower);
    const { path, query } = listPath(init.path, baseURL);
    const headers = overlayHeaders({ ...config.headers, ...init.headers }, ownHeaders);
    const set = { ...defined(defaultHeaders, lower), ...ownHeaders };
    const finished = rules.finishHeaders?.(headers, { path, options, set }) ?? headers;
    this.#keys =
      keySource !== undefined && finished[keySource.header] === ASKED_KEY
        ? new AskedKeys(keySource)
        : undefined;
    this.#log = config.log;
    this.#bounds = {
      timeout: checkedTimeout(options.timeout, config.timeout),
      maxRetries: checkedRetries(options.maxRetries, config.maxRetries),
      maxResponseBytes: config.maxResponseBytes,
      crossOrigin: config.crossOrigin,
    };
    this.#pacer = config.pacer;
    this.#isPaced = checkedPace(options.pace, config.pace) === "auto";
    this.signal = checkedSignal(options.signal);
    const asked: PageRequest = {
      base: baseURL,
      crossOrigin: config.crossOrigin,
      path,
      query: flatQuery({
        ...config.defaultQuery,
        ...query,
        ...copiedQuery(defined(recordOf("the parameters", init.params))),
        ...copiedQuery(defined(recordOf("the option query", options.query))),
      }),
      json: init.json,
      headers: pageHeaders(finished, init.strategy),
    };
    const { headers: own, body } = written(asked);
    // A copy of the body: the caller may change its own.
    const request = body === null ? asked : { ...asked, json: JSON.parse(body) };
    const shared = Object.entries(finished).filter(([name]) => request.headers?.[name] === undefined);
    this.#headers = { ...own, ...Object.fromEntries(shared) };
    const redact = redactor(finished, request.query);
    const keys = this.#keys;
    this.#reading = {
      redact: keys === undefined ? redact : (text) => keys.redact(redact(text)),
      rules: rulesOf(rules, init),
    };
    checkRequired(init, request.query);
    // Throws for a number to page by that is none: nothing is sent then.
    init.strategy.countBefore?.(request);
    const resumeFrom = options.resumeFrom ?? undefined;
    this.list = {
      request,
      start: resumeFrom === undefined ? undefined : resumeAt(request, resumeFrom, init.strategy),
      items: init.items,
      itemsOptional: init.itemsOptional,
      mask: this.#mask,
      observe: () => tracing.walk(request.path),
      parseItems: init.schema === undefined ? undefined : itemParser(init.schema),
      defaultPageSize: init.defaultPageSize,
      timeRange: init.timeRange,
      walk: config.walk,
    };
  }

  /** What is sent for one page. Pages without headers of their own share one object: the transports write it once. */
  write(request: PageRequest): HttpRequest {
    const { method, url, headers, body } = writeRequest(request);
    if (request.crossOrigin === "stripped")
      return { method, url, headers: publicHeaders(this.#headers), body };
    const own = request.headers;
    return {
      method,
      url,
      headers: own === undefined ? this.#headers : { ...headers, ...this.#headers, ...own },
      body,
    };
  }

  /** Fetches the page that answers a request, `fetch`, and tells subscribers of it. */
  traced<R>(request: PageRequest, fetch: () => R): R {
    return tracing.page(() => this.write(request), fetch, this.#mask);
  }

  /** Fetches such a page in two parts, see {@link SyncListSource.fetchAhead}. */
  tracedAhead(request: PageRequest, start: () => PendingPage): PendingPage {
    return tracing.pageAhead(() => this.write(request), start, this.#mask);
  }

  /** How the next request is to be sent. */
  sendOptions(): SyncSendOptions {
    return this.#isPaced ? { ...this.#bounds, waitFirst: this.#pacer.wait } : this.#bounds;
  }

  /** The attempts of a request, where something is to be done around each, or the transport makes one at a time; else null. */
  attempts(sent: HttpRequest, options: SyncSendOptions, retries = true): Attempts | null {
    const [keys, target] = [this.#keys, this.#log];
    const traced = tracing.attempts(this.#mask);
    if (keys === undefined && target === undefined && traced === undefined && retries) return null;
    const log = target === undefined ? undefined : requestLog(target, this.#reading);
    return new Attempts(sent, options, { asking: keys, log: bothLogs(log, traced) });
  }

  /**
   * The page in an answer; or how to send the request again, where the answer is an error under a 2xx that is to be
   * retried. Throws what {@link fetchedPage} throws.
   */
  read(sent: HttpRequest, result: SendResult, options: SyncSendOptions): FetchedPage | SyncSendOptions {
    this.#pacer.note(result.response.headers);
    const page = fetchedPage(sent, result, this.#reading);
    const { status } = page.response;
    const hidden = this.#reading.rules.errorStatus?.(page.body, status) ?? null;
    if (hidden === null) return page;
    const again = sendAgain(hidden, result, options);
    if (again === null) throw hiddenFailure(sent, { status: hidden, result, ...this.#reading });
    this.#log?.logger.info(
      this.#reading.redact(
        `${requestName(sent)} answered ${status} with an error that stands for status ${hidden} - retrying in ${Math.round(again.waitFirst ?? 0)} ms`,
      ),
    );
    return again;
  }
}

/** The list of a call, its pages fetched by calls that block. */
export function syncSource(call: ListCall, transport: BlockingTransport): SyncListSource {
  const sendOnce = (sent: HttpRequest, options: SyncSendOptions): SendResult => {
    const attempts = call.attempts(sent, options, transport.retries);
    return attempts === null ? transport.send(sent, options) : sendAttemptsSync(transport, attempts);
  };
  const finish = (sent: HttpRequest, first: SyncSendOptions, wait: () => SendResult): FetchedPage => {
    let result = wait();
    for (let options = first; ; ) {
      const read = call.read(sent, result, options);
      if ("body" in read) return read;
      options = read;
      result = sendOnce(sent, options);
    }
  };
  return {
    ...call.list,
    fetch: (request) => {
      const sent = call.write(request);
      const options = call.sendOptions();
      return call.traced(request, () => finish(sent, options, () => sendOnce(sent, options)));
    },
    fetchAhead: (request) => {
      const sent = call.write(request);
      const options = call.sendOptions();
      const { wait, cancel } = call.tracedAhead(request, () => {
        const attempts = call.attempts(sent, options, transport.retries);
        const exchange =
          attempts === null ? transport.start(sent, options) : startAttempts(transport, attempts);
        const wait = () => finish(sent, options, () => exchange.wait());
        return { wait, cancel: () => exchange.cancel() };
      });
      return {
        wait,
        cancel: () => {
          cancel();
          try {
            // Fails at once, which ends what logs and subscribers were told of.
            wait();
          } catch {}
        },
      };
    },
  };
}

/** The list of a call, its pages fetched asynchronously. */
export function asyncSource(call: ListCall, transport: Transport): AsyncListSource {
  const fetch = async (request: PageRequest, signal: AbortSignal | undefined): Promise<FetchedPage> => {
    const sent = call.write(request);
    for (let options = call.sendOptions(); ; ) {
      const attempts = call.attempts(sent, options);
      const result =
        attempts === null
          ? await send(transport, sent, { ...options, signal })
          : await sendAttempts(transport, attempts, signal);
      const read = call.read(sent, result, options);
      if ("body" in read) return read;
      options = read;
    }
  };
  return {
    ...call.list,
    signal: call.signal,
    fetch: (request, inner) =>
      withEither(call.signal, inner, (signal) => call.traced(request, () => fetch(request, signal))),
  };
}

/** Passes the events of attempts on to both logs. */
function bothLogs(first: AttemptLog | undefined, second: AttemptLog | undefined): AttemptLog | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    begin: (request, attempt) => {
      first.begin(request, attempt);
      second.begin(request, attempt);
    },
    end: (outcome, end) => {
      first.end(outcome, end);
      second.end(outcome, end);
    },
    over: (failure) => {
      first.over?.(failure);
      second.over?.(failure);
    },
  };
}

/** An error with the credentials masked that a server or a library quotes in it. Errors of programs stay as they are. */
function masked(error: unknown, redact: Redact): unknown {
  return error instanceof APIError && !(error instanceof APIUserAbortError)
    ? maskError(error, redact)
    : error;
}

/**
 * The rules of an API for one list, with what its strategy says about errors in bodies. A body that has items is no error to
 * the API's own rule: nothing of it is to be lost.
 */
function rulesOf(rules: ApiRules, { strategy, items }: ListCallInit): ApiRules {
  const location = items ?? strategy.items ?? "data";
  const errorOf = (body: unknown) => (isJsonObject(body) ? (strategy.errorIn?.(body) ?? null) : null);
  const hasItems = (body: unknown) => {
    const found = isJsonObject(body) ? itemsAt(body, location) : [];
    return Array.isArray(found) && found.length > 0;
  };
  return {
    ...rules,
    readError: (body) => errorOf(body) ?? rules.readError?.(body) ?? { type: null, message: null },
    errorStatus: (body, status) => {
      const own = errorOf(body);
      if (own !== null) return own.status;
      const stands = rules.errorStatus?.(body, status) ?? null;
      return stands !== null && hasItems(body) ? null : stands;
    },
  };
}

/** The headers that differ from page to page: those that the strategy sets. */
function pageHeaders(headers: RequestHeaders, strategy: PaginationStrategy): PageRequest["headers"] {
  const parameters = [
    ...cursorParameters(strategy),
    ...(strategy.pageSize === undefined ? [] : [strategy.pageSize.in]),
  ];
  const names = parameters.map(headerName);
  const own = Object.entries(headers).filter(([name]) => names.includes(name));
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

/** The first request as it is sent. Throws for a query or a body that cannot be written: nothing is sent then. */
function written(request: PageRequest): WrittenRequest {
  const { json } = request;
  // JSON has no form for a Map or a Headers: they would be sent as `{}`.
  if (json !== undefined && kindOf(json) !== "Object") throw noJsonObject(request, `of type ${kindOf(json)}`);
  try {
    const first = writeRequest(request);
    if (json === undefined || first.body?.startsWith("{")) return first;
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    const why = isError(cause) ? cause.message.split("\n", 1)[0] : String(cause);
    throw new ConfigurationError(
      `Cannot send the JSON body of ${request.path} as JSON cannot hold it: ${why}. Look for a cycle or a BigInt`,
      { cause },
    );
  }
  throw noJsonObject(request, "another one as its toJSON() returns it");
}

function noJsonObject({ path }: PageRequest, what: string): ConfigurationError {
  return new ConfigurationError(
    `Cannot send the JSON body of ${path} as it must be a plain object: current value is ${what}`,
  );
}

/** The API would answer 400; a default query or the options may have filled it in. */
function checkRequired(
  { path, required = [] }: ListCallInit,
  query: Readonly<Record<string, unknown>>,
): void {
  const missing = required.find((name) => (query[name] ?? query[`${name}[]`] ?? null) === null);
  if (missing === undefined) return;
  throw new ConfigurationError(
    `Cannot list ${path} as the API requires the parameter ${missing}: pass it to list()`,
  );
}
