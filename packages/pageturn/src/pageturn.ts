// Everything public, save what is for tests (`pageturn/testing`).

export { Anthropic } from "./anthropic/anthropic.ts";
export { AsyncAnthropic, type AsyncClientOptions } from "./anthropic/async-anthropic.ts";
export type * from "./anthropic/catalog/generated/types.ts";
export type { ClientOptions } from "./anthropic/client-family.ts";
export { type AsyncClient, createClient } from "./client/async-client.ts";
export type {
  AsyncAPIListOptions,
  AsyncListOptions,
  AsyncPathListOptions,
  SyncAPIListOptions,
  SyncListOptions,
  SyncPathListOptions,
} from "./client/client-options.ts";
export type { CreateClientOptions } from "./client/created-clients.ts";
export { createSyncClient, type SyncClient } from "./client/sync-client.ts";
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
