import type { HeaderOptions } from "../http/request-options.ts";
import type { WalkOptions } from "../pagination/walk-options.ts";

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
