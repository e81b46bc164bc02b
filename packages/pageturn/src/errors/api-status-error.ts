import { APIError, type APIErrorOptions } from "./api-error.ts";

/** What an {@link APIStatusError} is made of, besides its message. */
export interface APIStatusErrorOptions extends APIErrorOptions {
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string | null;
  readonly type: string | null;
  readonly body: unknown;
}

/**
 * The server answered with a status other than 2xx, or with the API's error body under a 2xx. There is a subclass for
 * every documented status.
 */
export class APIStatusError extends APIError {
  /** @internal */
  static override readonly pageturnClass: string = "APIStatusError";
  /**
   * The HTTP status; 0 for a redirect in a browser, which hides what it was. Where the API's error body came under a
   * 2xx, the status that the type of the error stands for.
   */
  declare readonly status: number;
  /** The response headers. */
  declare readonly headers: Headers;
  /** `error.type` of the body, for example `rate_limit_error`; null where the body has none. */
  readonly type: string | null;
  /** The decoded JSON body, else its text, `""` where it was empty. */
  readonly body: unknown;

  constructor(message: string, options: APIStatusErrorOptions) {
    super(message, options);
    this.type = options.type;
    this.body = options.body;
  }
}

/** 400: the request is not valid; the API's message says why. */
export class BadRequestError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "BadRequestError";
}

/** 401: the API key or token is missing, wrong or revoked. */
export class AuthenticationError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "AuthenticationError";
}

/** 402: billing or payment of the organization needs attention. */
export class BillingError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "BillingError";
}

/** 403: the credential may not do this. */
export class PermissionDeniedError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "PermissionDeniedError";
}

/** 404: there is no such path or object, or a beta header is missing. */
export class NotFoundError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "NotFoundError";
}

/** 408: the server gave up waiting for the request. Retried before it is thrown. */
export class RequestTimeoutError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "RequestTimeoutError";
}

/** 409: the request conflicts with the state of the object. Retried before it is thrown. */
export class ConflictError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "ConflictError";
}

/** 413: the request is larger than the server takes. */
export class RequestTooLargeError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "RequestTooLargeError";
}

/** 422: the request is well formed, but cannot be followed. */
export class UnprocessableEntityError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "UnprocessableEntityError";
}

/** 429: too many requests. Retried, after the wait that the server asks for, before it is thrown. */
export class RateLimitError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "RateLimitError";
}

/** 500, and every status above without a class of its own. Retried before it is thrown. */
export class InternalServerError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "InternalServerError";
}

/** 503: the service is not available just now. Retried before it is thrown. */
export class ServiceUnavailableError extends InternalServerError {
  /** @internal */
  static override readonly pageturnClass: string = "ServiceUnavailableError";
}

/** 504: the server ran out of time. Retried before it is thrown. */
export class GatewayTimeoutError extends InternalServerError {
  /** @internal */
  static override readonly pageturnClass: string = "GatewayTimeoutError";
}

/** 529: the API is overloaded for all users. Retried before it is thrown. */
export class OverloadedError extends InternalServerError {
  /** @internal */
  static override readonly pageturnClass: string = "OverloadedError";
}

/** The answer itself says that the cursor is no longer valid; `cause` is the error of the status. */
export class CursorExpiredError extends APIStatusError {
  /** @internal */
  static override readonly pageturnClass: string = "CursorExpiredError";
}

type StatusErrorClass = new (message: string, options: APIStatusErrorOptions) => APIStatusError;

const classes: Readonly<Record<number, StatusErrorClass>> = {
  400: BadRequestError,
  401: AuthenticationError,
  402: BillingError,
  403: PermissionDeniedError,
  404: NotFoundError,
  408: RequestTimeoutError,
  409: ConflictError,
  413: RequestTooLargeError,
  422: UnprocessableEntityError,
  429: RateLimitError,
  503: ServiceUnavailableError,
  504: GatewayTimeoutError,
  529: OverloadedError,
};

/** The error for a status, of the class documented for it. */
export function statusError(message: string, options: APIStatusErrorOptions): APIStatusError {
  const { status } = options;
  const StatusError = classes[status] ?? (status >= 500 ? InternalServerError : APIStatusError);
  return new StatusError(message, options);
}
