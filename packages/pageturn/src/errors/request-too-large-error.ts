import { APIStatusError } from "./api-status-error.ts";

/** 413: the request is larger than the server takes. */
export class RequestTooLargeError extends APIStatusError {
  override name = "RequestTooLargeError";
}
