import { APIStatusError } from "./api-status-error.ts";

/** 404: there is no such path or object, or a beta header is missing. */
export class NotFoundError extends APIStatusError {
  override name = "NotFoundError";
}
