/** One HTTP request, ready to be sent. Every member can be posted to another thread. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute, with its query, without user name or password. */
  readonly url: string;
  /** Names in lower case. Credentials are in here: never log it, never put it into an error. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text, null for none. */
  readonly body: string | null;
}

/** One HTTP response with its whole body. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case, several values of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes after decompression. */
  readonly body: Uint8Array;
  /** Why the body cannot be decoded as its `content-encoding` says; `body` is empty then. */
  readonly undecodable?: string | undefined;
}

/** The longest time a timer of JavaScript can run, about 24 days; a longer one fires at once. */
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
 * It rejects with `APIConnectionError`, `APITimeoutError`, `APIResponseTooLargeError` or, where the signal fired,
 * `APIUserAbortError`; with `ConfigurationError` where the environment cannot be used. A fault in a program, such as a
 * `TypeError` of the caller's own `fetch`, is not a failure of the network: it is passed on as it is.
 */
export interface Transport {
  attempt(request: HttpRequest, options: AttemptOptions): Promise<HttpResponse>;
  /** Closes the connections that are idle and those that become idle. The transport stays usable. */
  close(): Promise<void>;
}
