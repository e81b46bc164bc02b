import { APIError } from "./api-error.ts";

/** The caller's `AbortSignal` fired, or the walk was left while a request was under way. Never retried. */
export class APIUserAbortError extends APIError {
  override name = "APIUserAbortError";
}
