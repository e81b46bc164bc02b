import { InternalServerError } from "./internal-server-error.ts";

/** 504: the server ran out of time. Retried before it is thrown. */
export class GatewayTimeoutError extends InternalServerError {
  override name = "GatewayTimeoutError";
}
