import type { JsonObject } from "../pagination/request/page-request.ts";
import type { WalkOptions } from "../pagination/walk/walk-options.ts";
import type { AsyncListOptions, HeaderOptions, SyncListOptions } from "./list-options.ts";

/** What a client may be told. */
export interface ClientOptions {
  /** Sent as `x-api-key`. Default: `ANTHROPIC_API_KEY`, unless a credential is given here. */
  readonly apiKey?: string | null | undefined;
  /** Sent as `authorization: Bearer`. Default: `ANTHROPIC_AUTH_TOKEN`, unless a credential is given here. */
  readonly authToken?: string | null | undefined;
  /** Where the API is. A path in it is kept in front of every request's. Default: `ANTHROPIC_BASE_URL`, else the API. */
  readonly baseURL?: string | null | undefined;
  /** Milliseconds for each attempt, its body included; 0 for no limit. Default 600,000. */
  readonly timeout?: number | undefined;
  /** How many more attempts may follow a failed one. Default 2. */
  readonly maxRetries?: number | undefined;
  /** The largest response body that is taken, in bytes after decompression. Default 256 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /** `"auto"` waits before a request that the rate limit would refuse. Default `"off"`. */
  readonly pace?: "auto" | "off" | undefined;
  /** Headers of every request. `null` takes one out that would be sent otherwise. */
  readonly defaultHeaders?: HeaderOptions | undefined;
  /** Query parameters of every request. */
  readonly defaultQuery?: Readonly<Record<string, unknown>> | undefined;
  /** Sent as `anthropic-version`. Default `2023-06-01`. */
  readonly apiVersion?: string | undefined;
  /** Defaults for every walk. */
  readonly walk?: WalkOptions | undefined;
}

/** What an async client may be told besides. */
export interface AsyncClientOptions extends ClientOptions {
  /** Sends the requests instead of the platform's own transport. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The values that are given: `undefined` is as good as left out, and does not take the place of another value. */
export function given<V extends object>(
  values: V | null | undefined,
  nameOf = (name: string): string => name,
): Partial<V> {
  const entries = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
  // The cast: the same members, some of them left out.
  return Object.fromEntries(entries.map(([name, value]) => [nameOf(name), value])) as Partial<V>;
}

const lower = (name: string): string => name.toLowerCase();

/** The options of a client, some of them replaced; headers and query parameters are laid over the old ones. */
export function withOptions<O extends ClientOptions>(options: O, changes: Partial<O>): O {
  return {
    ...options,
    ...given(changes),
    // By their names in lower case, or an old one in other letters would come behind the new one.
    defaultHeaders: { ...given(options.defaultHeaders, lower), ...given(changes.defaultHeaders, lower) },
    defaultQuery: { ...options.defaultQuery, ...given(changes.defaultQuery) },
  };
}

interface APIList {
  /** The JSON body, for a list that is asked for with a POST. */
  readonly json?: JsonObject | undefined;
  /** Where bodies keep their items, if not under `data`. */
  readonly itemsKey?: string | undefined;
}

/** What `getAPIList()` of the sync client takes. */
export interface SyncAPIListOptions extends SyncListOptions, APIList {}

/** What `getAPIList()` of the async client takes. */
export interface AsyncAPIListOptions extends AsyncListOptions, APIList {}
