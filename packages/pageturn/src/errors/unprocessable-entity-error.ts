import { APIStatusError } from "./api-status-error.ts";

/** 422: the request is well formed, but cannot be followed. */
export class UnprocessableEntityError extends APIStatusError {
  override name = "UnprocessableEntityError";
}
