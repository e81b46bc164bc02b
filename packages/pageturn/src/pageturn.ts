/**
 * Everything for the Anthropic API, and for any other.
 * @module
 */
export { Anthropic } from "./anthropic/anthropic.ts";
export { AsyncAnthropic } from "./anthropic/async-anthropic.ts";
export type { AsyncClientOptions, ClientOptions } from "./anthropic/client-family.ts";
export type { WorkspaceOption } from "./anthropic/workspace.ts";
export * from "./client.ts";
export * from "./paginate.ts";
