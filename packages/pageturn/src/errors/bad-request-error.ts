import { APIStatusError } from "./api-status-error.ts";

/** 400: the request is not valid; the API's message says why. */
export class BadRequestError extends APIStatusError {
  override name = "BadRequestError";
}
