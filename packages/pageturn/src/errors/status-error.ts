import { APIStatusError, type APIStatusErrorOptions } from "./api-status-error.ts";
import { AuthenticationError } from "./authentication-error.ts";
import { BadRequestError } from "./bad-request-error.ts";
import { BillingError } from "./billing-error.ts";
import { ConflictError } from "./conflict-error.ts";
import { GatewayTimeoutError } from "./gateway-timeout-error.ts";
import { InternalServerError } from "./internal-server-error.ts";
import { NotFoundError } from "./not-found-error.ts";
import { OverloadedError } from "./overloaded-error.ts";
import { PermissionDeniedError } from "./permission-denied-error.ts";
import { RateLimitError } from "./rate-limit-error.ts";
import { RequestTimeoutError } from "./request-timeout-error.ts";
import { RequestTooLargeError } from "./request-too-large-error.ts";
import { ServiceUnavailableError } from "./service-unavailable-error.ts";
import { UnprocessableEntityError } from "./unprocessable-entity-error.ts";

type StatusErrorClass = new (message: string, options: APIStatusErrorOptions) => APIStatusError;

function statusErrorClass(status: number): StatusErrorClass {
  switch (status) {
    case 400:
      return BadRequestError;
    case 401:
      return AuthenticationError;
    case 402:
      return BillingError;
    case 403:
      return PermissionDeniedError;
    case 404:
      return NotFoundError;
    case 408:
      return RequestTimeoutError;
    case 409:
      return ConflictError;
    case 413:
      return RequestTooLargeError;
    case 422:
      return UnprocessableEntityError;
    case 429:
      return RateLimitError;
    case 503:
      return ServiceUnavailableError;
    case 504:
      return GatewayTimeoutError;
    case 529:
      return OverloadedError;
    default:
      return status >= 500 ? InternalServerError : APIStatusError;
  }
}

/** The error for a status, of the class documented for it. */
export function statusError(message: string, options: APIStatusErrorOptions): APIStatusError {
  return new (statusErrorClass(options.status))(message, options);
}
