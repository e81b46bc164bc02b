import { APIStatusError } from "./api-status-error.ts";

/** 429: too many requests. Retried, after the time the server asks for, before it is thrown. */
export class RateLimitError extends APIStatusError {
  override name = "RateLimitError";
}
