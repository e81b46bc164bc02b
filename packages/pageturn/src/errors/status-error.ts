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

const classes: Readonly<Record<number, StatusErrorClass>> = {
  400: BadRequestError,
  401: AuthenticationError,
  402: BillingError,
  403: PermissionDeniedError,
  404: NotFoundError,
  408: RequestTimeoutError,
  409: ConflictError,
  413: RequestTooLargeError,
  422: UnprocessableEntityError,
  429: RateLimitError,
  503: ServiceUnavailableError,
  504: GatewayTimeoutError,
  529: OverloadedError,
};

/** The error for a status, of the class documented for it. */
export function statusError(message: string, options: APIStatusErrorOptions): APIStatusError {
  const { status } = options;
  const StatusError = classes[status] ?? (status >= 500 ? InternalServerError : APIStatusError);
  return new StatusError(message, options);
}
