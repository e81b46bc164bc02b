import { APIStatusError } from "./api-status-error.ts";

/** 409: the request conflicts with the state of the object. Retried before it is thrown. */
export class ConflictError extends APIStatusError {
  override name = "ConflictError";
}
