import { APIError } from "./api-error.ts";

/** A response body is larger, after decompression, than `maxResponseBytes`. Never retried. */
export class APIResponseTooLargeError extends APIError {
  override name = "APIResponseTooLargeError";
}
