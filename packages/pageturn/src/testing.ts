/**
 * The mock server and its faults.
 * @module
 */
export type * from "./anthropic/catalog/served-endpoint.ts";
export type { ListChange } from "./testing/data/list-changes.ts";
export type { Fault, FaultName, JsonValue } from "./testing/faults/fault.ts";
export type { FaultCondition, FaultScript, FaultStep } from "./testing/faults/fault-script.ts";
export type { LoggedRequest } from "./testing/request-log.ts";
export type { ContentCoding, MockServerOptions, RateLimit } from "./testing/server-config.ts";
export { type MockServer, startMockServer } from "./testing/start-mock-server.ts";
