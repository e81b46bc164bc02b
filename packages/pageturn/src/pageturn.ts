// Everything for the Anthropic API, and for any other.
export { Anthropic } from "./anthropic/anthropic.ts";
export { AsyncAnthropic, type AsyncClientOptions } from "./anthropic/async-anthropic.ts";
export type { ClientOptions } from "./anthropic/client-family.ts";
export * from "./client.ts";
export * from "./paginate.ts";
