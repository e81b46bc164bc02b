import { APIError, type APIErrorOptions } from "./api-error.ts";

/** What an {@link APIStatusError} is made from, besides its message. */
export interface APIStatusErrorOptions extends APIErrorOptions {
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string | null;
  readonly type: string | null;
  readonly body: unknown;
}

/** The server answered with a status other than 2xx. There is a subclass for every documented status. */
export class APIStatusError extends APIError {
  override name = "APIStatusError";
  /** The HTTP status; 0 for a redirect in a browser, which hides what it was. */
  readonly status: number;
  /** The response headers. */
  readonly headers: Headers;
  /** The `request-id` header, null where the server sent none. */
  readonly requestId: string | null;
  /** `error.type` of the body, for example `rate_limit_error`; null where the body has none. */
  readonly type: string | null;
  /** The decoded JSON body, else its text, `""` where it was empty. */
  readonly body: unknown;

  constructor(message: string, options: APIStatusErrorOptions) {
    super(message, options);
    this.status = options.status;
    this.headers = options.headers;
    this.requestId = options.requestId;
    this.type = options.type;
    this.body = options.body;
  }
}
