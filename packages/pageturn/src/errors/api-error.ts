import { PageturnError } from "./pageturn-error.ts";

/** The request an error speaks of. It never holds headers. */
export interface FailedRequest {
  /** The HTTP method. */
  readonly method: string;
  /** The absolute URL. */
  readonly url: string;
}

/** What every {@link APIError} is made from, besides its message. */
export interface APIErrorOptions extends ErrorOptions {
  readonly request: FailedRequest;
}

/** A request failed, or was answered with something that is no list. */
export class APIError extends PageturnError {
  override name = "APIError";
  /** The request that failed. */
  readonly request: FailedRequest;

  constructor(message: string, options: APIErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.request = { method: options.request.method, url: options.request.url };
  }
}

/** No answer arrived: name look-up, connection, TLS, or a body that broke off. Retried before it is thrown. */
export class APIConnectionError extends APIError {
  override name = "APIConnectionError";
}

/** An attempt took longer than `timeout`. Retried before it is thrown. */
export class APITimeoutError extends APIConnectionError {
  override name = "APITimeoutError";
}

/** The caller's `AbortSignal` fired, or the walk was left while a request was under way. Never retried. */
export class APIUserAbortError extends APIError {
  override name = "APIUserAbortError";
}

/** A response body is larger, after decompression, than `maxResponseBytes`. Never retried. */
export class APIResponseTooLargeError extends APIError {
  override name = "APIResponseTooLargeError";
}

/** What an {@link APIResponseValidationError} is made from, besides its message. */
export interface APIResponseValidationErrorOptions extends APIErrorOptions {
  readonly status: number;
  readonly requestId: string | null;
}

/** The server said 200, but the body is no list: text, HTML, an array, cut-off JSON, `data` that is no array. */
export class APIResponseValidationError extends APIError {
  override name = "APIResponseValidationError";
  /** The HTTP status, 200 to 299. */
  readonly status: number;
  /** The `request-id` header, null where the server sent none. */
  readonly requestId: string | null;

  constructor(message: string, options: APIResponseValidationErrorOptions) {
    super(message, options);
    this.status = options.status;
    this.requestId = options.requestId;
  }
}
