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
