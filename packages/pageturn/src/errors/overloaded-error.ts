import { InternalServerError } from "./internal-server-error.ts";

/** 529: the API is overloaded for all users. Retried before it is thrown. */
export class OverloadedError extends InternalServerError {
  override name = "OverloadedError";
}
