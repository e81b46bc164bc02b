import { APIConnectionError } from "./api-connection-error.ts";

/** An attempt took longer than `timeout`. Retried before it is thrown. */
export class APITimeoutError extends APIConnectionError {
  override name = "APITimeoutError";
}
