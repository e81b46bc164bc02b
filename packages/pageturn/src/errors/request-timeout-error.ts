import { APIStatusError } from "./api-status-error.ts";

/** 408: the server gave up waiting for the request. Retried before it is thrown. */
export class RequestTimeoutError extends APIStatusError {
  override name = "RequestTimeoutError";
}
