// Everything public, save what is for tests (`pageturn/testing`).

export { Anthropic } from "./anthropic/anthropic.ts";
export { AsyncAnthropic } from "./anthropic/async-anthropic.ts";
export type { AsyncClientOptions, ClientOptions } from "./anthropic/base-client.ts";
export type * from "./anthropic/catalog/generated/types.ts";
export type {
  AsyncAPIListOptions,
  AsyncListOptions,
  SyncAPIListOptions,
  SyncListOptions,
} from "./client/client-options.ts";
export {
  APIConnectionError,
  APIError,
  APIResponseTooLargeError,
  APIResponseValidationError,
  APITimeoutError,
  APIUserAbortError,
} from "./errors/api-error.ts";
export {
  APIStatusError,
  AuthenticationError,
  BadRequestError,
  BillingError,
  ConflictError,
  CursorExpiredError,
  GatewayTimeoutError,
  InternalServerError,
  NotFoundError,
  OverloadedError,
  PermissionDeniedError,
  RateLimitError,
  RequestTimeoutError,
  RequestTooLargeError,
  ServiceUnavailableError,
  UnprocessableEntityError,
} from "./errors/api-status-error.ts";
export { ConfigurationError, MissingCredentialsError } from "./errors/pageturn-error.ts";
export * from "./pagination.ts";
