import { APIError } from "./api-error.ts";

/** No answer arrived: name look-up, connection, TLS, or a body that broke off. Retried before it is thrown. */
export class APIConnectionError extends APIError {
  override name = "APIConnectionError";
}
