import type { HttpRequest, HttpResponse } from "./http-message.ts";

/** The longest time a timer of JavaScript can run, about 24 days; it would fire at once beyond. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** The bounds of one attempt. */
export interface AttemptOptions {
  /** Milliseconds for the whole attempt, the body included; `0` for no limit. */
  readonly timeout: number;
  /** The most bytes a body may have after decompression. */
  readonly maxResponseBytes: number;
  /** Ends the attempt. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one request, once. It follows no redirect and judges no status.
 *
 * It rejects with `APIConnectionError`, `APITimeoutError`, `APIResponseTooLargeError` or, where the signal
 * fired, `APIUserAbortError`; with `ConfigurationError` where the environment cannot be used; with nothing else.
 */
export interface Transport {
  attempt(request: HttpRequest, options: AttemptOptions): Promise<HttpResponse>;
  /** Closes the connections that are idle and those that become idle. The transport stays usable. */
  close(): Promise<void>;
}
