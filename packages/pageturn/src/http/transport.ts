import {
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
  type FailedRequest,
} from "../errors/api-error.ts";

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

/** One HTTP response, whole. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case, several values of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes after decompression. */
  readonly body: Uint8Array;
}

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

/** The error for an attempt that ran out of time. */
export function timeoutFailure(request: FailedRequest, timeout: number): APITimeoutError {
  return new APITimeoutError(
    `no complete answer within ${timeout} ms. Raise \`timeout\` or ask for smaller pages.`,
    { request },
  );
}

/** The error for a body that is larger than allowed. */
export function tooLargeFailure(request: FailedRequest, maxResponseBytes: number): APIResponseTooLargeError {
  return new APIResponseTooLargeError(
    `the body is larger than ${maxResponseBytes} bytes after decompression. Ask for smaller pages (\`limit\`) or raise \`maxResponseBytes\`.`,
    { request },
  );
}

/** The error for a request that its caller gave up. */
export function abortFailure(request: FailedRequest, signal: AbortSignal | undefined): APIUserAbortError {
  return new APIUserAbortError("the caller's signal fired", { request, cause: signal?.reason });
}

/** Enough to recognise a request by; a query with a hundred ids would bury the message. */
const MAX_URL_LENGTH = 300;

/** A request as messages call it: `GET https://host/path?query`, a long URL cut with `…`. */
export function requestName(request: FailedRequest): string {
  const { method, url } = request;
  return `${method} ${url.length > MAX_URL_LENGTH ? `${url.slice(0, MAX_URL_LENGTH - 1)}…` : url}`;
}
