import { APIError, type APIErrorOptions } from "./api-error.ts";

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
