import type { Checkpoint } from "../errors/checkpoint.ts";

/** Headers that a caller sets: `null` takes a header out that would be sent otherwise. */
export type HeaderOptions = Readonly<Record<string, string | null | undefined>>;

/** What can be said of the requests of one list; the same for all its pages. */
export interface RequestOptions {
  /** Milliseconds for each attempt; 0 for no limit. Default: the client's. */
  readonly timeout?: number | undefined;
  /** How many more attempts may follow a failed one. Default: the client's. */
  readonly maxRetries?: number | undefined;
  /**
   * `"auto"` waits before a request that the rate limit would refuse, as far as the answers so far tell (the
   * `anthropic-ratelimit-requests-*` and `retry-after` headers). Default: the client's, which is `"off"`.
   */
  readonly pace?: "auto" | "off" | undefined;
  /** Headers over those of the client. `null` takes one out. */
  readonly headers?: HeaderOptions | undefined;
  /** Query parameters over those of the call. */
  readonly query?: Readonly<Record<string, unknown>> | undefined;
}

/** What every `list()` takes besides its parameters. */
export interface SyncListOptions extends RequestOptions {
  /** Go on from here instead of beginning at the front. The parameters must be those of the list it was taken from. */
  readonly resumeFrom?: Checkpoint | undefined;
}

/** What every `list()` of the async client takes besides its parameters. */
export interface AsyncListOptions extends SyncListOptions {
  /** Ends the requests of the list, and the waiting between them, when it fires. */
  readonly signal?: AbortSignal | undefined;
}
