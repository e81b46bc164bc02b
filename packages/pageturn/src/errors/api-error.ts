import { PageturnError } from "./pageturn-error.ts";
import { maskedURL } from "./secrets.ts";

/** The request that an error is about. It never holds headers. */
export interface FailedRequest {
  /** The HTTP method. */
  readonly method: string;
  /** The absolute URL, in errors without the values of parameters that hold credentials. */
  readonly url: string;
}

/** Enough to recognise a request; a query with a hundred ids would bury the message. */
const MAX_URL_LENGTH = 300;

/** A request as messages name it: `GET https://host/path?query`, a long URL cut with `…`. */
export function requestName({ method, url }: FailedRequest): string {
  const masked = maskedURL(url);
  return `${method} ${masked.length > MAX_URL_LENGTH ? `${masked.slice(0, MAX_URL_LENGTH - 1)}…` : masked}`;
}

/** What every {@link APIError} is made of, besides its message. */
export interface APIErrorOptions {
  readonly request: FailedRequest;
  readonly cause?: unknown;
  readonly status?: number | undefined;
  readonly headers?: Headers | undefined;
  readonly requestId?: string | null | undefined;
}

/** A request failed, or its answer is not a list. */
export class APIError extends PageturnError {
  /** @internal */
  static override readonly pageturnClass: string = "APIError";
  /** The request that failed. */
  readonly request: FailedRequest;
  /** The HTTP status of the answer; `undefined` where there was none. */
  readonly status: number | undefined;
  /** The response headers; `undefined` where there was no answer. Not enumerable: cookies must not reach a log. */
  declare readonly headers: Headers | undefined;
  /** The `request-id` header, `null` where the server sent none. */
  readonly requestId: string | null;

  constructor(message: string, options: APIErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.request = { method: options.request.method, url: maskedURL(options.request.url) };
    this.status = options.status;
    Object.defineProperty(this, "headers", { value: options.headers });
    this.requestId = options.requestId ?? null;
  }

  /** The same as `requestId`, under the name that the official SDK uses. */
  get requestID(): string | null {
    return this.requestId;
  }
}

/** No answer arrived: name look-up, connection, TLS, or a body that broke off. Retried before it is thrown. */
export class APIConnectionError extends APIError {
  /** @internal */
  static override readonly pageturnClass: string = "APIConnectionError";
}

/** An attempt took longer than `timeout`. Retried before it is thrown. */
export class APITimeoutError extends APIConnectionError {
  /** @internal */
  static override readonly pageturnClass: string = "APITimeoutError";
}

/** The caller's `AbortSignal` fired, or the walk was left while a request was under way. Never retried. */
export class APIUserAbortError extends APIError {
  /** @internal */
  static override readonly pageturnClass: string = "APIUserAbortError";
}

/** A response body is larger, after decompression, than `maxResponseBytes`. Never retried. */
export class APIResponseTooLargeError extends APIError {
  /** @internal */
  static override readonly pageturnClass: string = "APIResponseTooLargeError";
}

/** What an {@link APIResponseValidationError} is made of, besides its message. */
export interface APIResponseValidationErrorOptions extends APIErrorOptions {
  readonly status: number;
  readonly requestId: string | null;
}

/**
 * The status is 2xx, but the body is not a list: text, HTML, an array, cut-off JSON, `data` that is not an array, or
 * bytes that do not match their `content-encoding`.
 */
export class APIResponseValidationError extends APIError {
  /** @internal */
  static override readonly pageturnClass: string = "APIResponseValidationError";
  /** The HTTP status, 200 to 299. */
  declare readonly status: number;

  constructor(message: string, options: APIResponseValidationErrorOptions) {
    super(message, options);
  }
}
