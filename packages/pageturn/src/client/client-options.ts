import { type Checkpoint, ConfigurationError } from "../errors/pageturn-error.ts";
import type { NodeAgent, TLSOptions } from "../http/transport.ts";
import type { StandardSchema } from "../pagination/list/parse-items.ts";
import { checkedObject, recordOf } from "../pagination/request/check-option.ts";
import type { JsonObject } from "../pagination/request/page-request.ts";
import { copiedQuery } from "../pagination/request/query.ts";
import type { ItemsLocation, PaginationStrategy } from "../pagination/request/strategy.ts";
import type { WalkOptions } from "../pagination/walk/walk-options.ts";
import type { Logger, LogLevel } from "./log-target.ts";

/** Headers that a caller sets: `null` removes a header that would be sent otherwise. */
export type HeaderOptions = Readonly<Record<string, string | null | undefined>>;

/** Headers with names in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** The options of every client, whatever the API. */
export interface SharedClientOptions {
  /** The URL of the API. Its path is put in front of the path of every request. */
  readonly baseURL?: string | null | undefined;
  /** Milliseconds for each attempt, its body included; 0 for no limit. Default 600,000. */
  readonly timeout?: number | undefined;
  /** How many more attempts may follow a failed one. Default 2. */
  readonly maxRetries?: number | undefined;
  /** The largest response body that is accepted, in bytes after decompression. Default 256 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /** `"auto"` waits before a request that the rate limit would refuse. Default `"off"`. */
  readonly pace?: "auto" | "off" | undefined;
  /** Defaults for every walk. */
  readonly walk?: WalkOptions | undefined;
  /** Certificates for https: a private authority, or a certificate of the client. Needs Node. */
  readonly tls?: TLSOptions | undefined;
  /** Gets the lines of the log. Default: `console`. */
  readonly logger?: Logger | undefined;
  /**
   * What is logged: `"info"` logs a line for each response and each failed attempt, `"debug"` also one for each request,
   * with headers. Credentials are masked. Default `"warn"`: no line for any request.
   */
  readonly logLevel?: LogLevel | undefined;
}

/** What is added to the options of `fetch`: a `dispatcher` of undici, `cache`, `keepalive` and others. */
export interface FetchOptions
  extends Omit<RequestInit, "method" | "headers" | "body" | "signal" | "redirect" | "dispatcher"> {
  readonly dispatcher?: unknown;
}

/** The type of the global `fetch`; any function where the program has no types of it. */
type GlobalFetch = typeof globalThis extends { fetch: infer F } ? F : (...args: never[]) => Promise<unknown>;

/** What only an asynchronous client can use. */
export interface AsyncClientOnly {
  /** Sends the requests instead of the platform's own transport. */
  readonly fetch?: GlobalFetch | undefined;
  /**
   * What is added to the options of every `fetch`, such as `{ dispatcher }` of undici. Without the option `fetch`, the requests
   * are sent by that of the platform.
   */
  readonly fetchOptions?: FetchOptions | undefined;
  /**
   * Makes the connections: an `http.Agent` or `https.Agent` of Node. It is the caller's to close, and the proxies of the
   * environment are up to it.
   */
  readonly agent?: NodeAgent | undefined;
}

/** Options of the requests of one list; the same for all its pages. */
export interface RequestOptions {
  /** Milliseconds for each attempt; 0 for no limit. Default: the client's. */
  readonly timeout?: number | undefined;
  /** How many more attempts may follow a failed one. Default: the client's. */
  readonly maxRetries?: number | undefined;
  /**
   * `"auto"` waits before a request that the rate limit would refuse, as far as the headers of earlier answers tell: the
   * API's own and `retry-after`. Default: the client's, which is `"off"`.
   */
  readonly pace?: "auto" | "off" | undefined;
  /** Headers over those of the client. `null` removes one. */
  readonly headers?: HeaderOptions | undefined;
  /** Query parameters over those of the call. */
  readonly query?: Readonly<Record<string, unknown>> | undefined;
}

/** Options of every `list()`, besides its parameters. */
export interface SyncListOptions extends RequestOptions {
  /** Start here instead of at the front. The parameters must be those of the list that the checkpoint is from. */
  readonly resumeFrom?: Checkpoint | undefined;
}

/** Options of every `list()` of the async client, besides its parameters. */
export interface AsyncListOptions extends SyncListOptions {
  /** Ends the requests of the list, and the waits between them, when it fires. */
  readonly signal?: AbortSignal | undefined;
}

interface APIList<T> {
  /** The JSON body, for a list that is requested with a POST. */
  readonly json?: JsonObject | undefined;
  /** Where bodies keep their items, if not where the strategy says. */
  readonly items?: ItemsLocation | undefined;
  /** Checks every item, and may change it: a schema of zod, valibot, ArkType or any other library of Standard Schema. */
  readonly schema?: StandardSchema<T> | undefined;
}

/** Options of `getAPIList()` of a sync client. */
export interface SyncAPIListOptions<T = unknown> extends SyncListOptions, APIList<T> {}

/** Options of `getAPIList()` of an async client. */
export interface AsyncAPIListOptions<T = unknown> extends AsyncListOptions, APIList<T> {}

interface PathList {
  /** How the list is paged. Default: the strategy of the client. */
  readonly strategy?: PaginationStrategy | undefined;
}

/** Options of `list()` of a client made by `createSyncClient()`. */
export interface SyncPathListOptions<T = unknown> extends SyncAPIListOptions<T>, PathList {}

/** Options of `list()` of a client made by `createClient()`. */
export interface AsyncPathListOptions<T = unknown> extends AsyncAPIListOptions<T>, PathList {}

/** The names of an options type, all of them: the compiler refuses one that is missing. */
export type Names<O> = Readonly<Record<keyof O, true>>;

const CLIENT: Names<SharedClientOptions & AsyncClientOnly> = {
  baseURL: true,
  timeout: true,
  maxRetries: true,
  maxResponseBytes: true,
  pace: true,
  walk: true,
  tls: true,
  logger: true,
  logLevel: true,
  fetch: true,
  fetchOptions: true,
  agent: true,
};
const LIST: Names<AsyncListOptions> = {
  timeout: true,
  maxRetries: true,
  pace: true,
  headers: true,
  query: true,
  resumeFrom: true,
  signal: true,
};

/** The names of {@link SharedClientOptions} and {@link AsyncClientOnly}; the sync client refuses those in words of its own. */
export const CLIENT_OPTIONS: readonly string[] = Object.keys(CLIENT);
/** The names of {@link AsyncListOptions}; the sync client refuses `signal` in words of its own. */
export const LIST_OPTIONS: readonly string[] = Object.keys(LIST);

const PATH_LIST: Names<APIList<unknown> & PathList> = {
  strategy: true,
  json: true,
  items: true,
  schema: true,
};

/** The names of {@link AsyncPathListOptions}. */
export const PATH_LIST_OPTIONS: readonly string[] = [...LIST_OPTIONS, ...Object.keys(PATH_LIST)];

/** The values without those that are `undefined`: they count as left out and replace no other value. */
export function defined<V extends object>(
  values: V | null | undefined,
  nameOf = (name: string): string => name,
): Partial<V> {
  const entries = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
  // The cast: the same members, some of them left out.
  return Object.fromEntries(entries.map(([name, value]) => [nameOf(name), value])) as Partial<V>;
}

/** A name of a header as it is compared. */
export const lower = (name: string): string => name.toLowerCase();

/** What is known of the options of a client: their names, and which of them are headers and query parameters. */
interface OptionFamily<O> {
  readonly optionNames: readonly string[];
  readonly overlaid: { readonly headers: keyof O & string; readonly query: keyof O & string };
}

/** A copy of the options by their names: what the caller changes later changes no client. */
export function copiedOptions<O extends object>(options: O, { optionNames, overlaid }: OptionFamily<O>): O {
  const named = optionNames.map((name): readonly [string, unknown] => [name, Reflect.get(options, name)]);
  // The cast: the names are those of all options of the type.
  const copy = Object.fromEntries(named) as unknown as O;
  const { headers, query } = overlaid;
  const walk: unknown = Reflect.get(copy, "walk");
  return {
    ...copy,
    ...(walk !== undefined && { walk: { ...checkedObject("the option walk", walk) } }),
    [headers]: { ...recordOf(`the option ${headers}`, copy[headers]) },
    [query]: copiedQuery(recordOf(`the option ${query}`, copy[query])),
  };
}

/** The options of a client, some of them replaced; headers and query parameters are laid over the old ones. */
export function withOptions<O extends object>(
  options: O,
  changes: Partial<O>,
  { headers, query }: OptionFamily<O>["overlaid"],
): O {
  const [old, changed] = [options, changes].map((each) => ({
    headers: recordOf(`the option ${headers}`, each[headers]),
    query: recordOf(`the option ${query}`, each[query]),
  }));
  return {
    ...options,
    ...defined(changes),
    // By their names in lower case: otherwise an old header in other letters would come after the new one.
    [headers]: { ...defined(old?.headers, lower), ...defined(changed?.headers, lower) },
    [query]: { ...old?.query, ...defined(changed?.query) },
  };
}

/** Lays headers over others, whatever the case of their names. `null` removes a header, `undefined` leaves it. */
export function overlayHeaders(under: RequestHeaders, over: HeaderOptions | undefined): RequestHeaders {
  const headers = new Map(Object.entries(under));
  for (const [name, value] of Object.entries(over ?? {})) {
    if (value === undefined) continue;
    const key = lower(name);
    if (value === null) headers.delete(key);
    else if (typeof value === "string") headers.set(key, value);
    else
      throw new ConfigurationError(
        `Cannot send the header ${JSON.stringify(name)} as its value must be text, or null for none: it is of type ${typeof value}`,
      );
  }
  return Object.fromEntries(headers);
}
