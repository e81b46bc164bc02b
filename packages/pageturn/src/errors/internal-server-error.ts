import { APIStatusError } from "./api-status-error.ts";

/** 500, and every status above without a class of its own. Retried before it is thrown. */
export class InternalServerError extends APIStatusError {
  override name = "InternalServerError";
}
