import { InternalServerError } from "./internal-server-error.ts";

/** 503: the service is not available just now. Retried before it is thrown. */
export class ServiceUnavailableError extends InternalServerError {
  override name = "ServiceUnavailableError";
}
