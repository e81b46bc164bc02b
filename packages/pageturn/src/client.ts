/**
 * Clients for any API, the errors of their requests, and everything about pages: no Anthropic.
 * @module
 */
export { type AsyncClient, createClient } from "./client/async-client.ts";
export type {
  AsyncAPIListOptions,
  AsyncClientOnly,
  AsyncListOptions,
  AsyncPathListOptions,
  FetchOptions,
  SharedClientOptions,
  SyncAPIListOptions,
  SyncListOptions,
  SyncPathListOptions,
} from "./client/client-options.ts";
export type { CreateClientOptions } from "./client/created-clients.ts";
export type { Logger, LogLevel } from "./client/log-target.ts";
export { createSyncClient, type SyncClient } from "./client/sync-client.ts";
export {
  APIConnectionError,
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
} from "./errors/api-error.ts";
export {
  AuthenticationError,
  BadRequestError,
  BillingError,
  ConflictError,
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
export { MissingCredentialsError } from "./errors/pageturn-error.ts";
export { maskedURL } from "./errors/secrets.ts";
export { isRetryable } from "./http/retry-policy.ts";
export type { NodeAgent, TLSOptions } from "./http/transport.ts";
export * from "./pagination.ts";
