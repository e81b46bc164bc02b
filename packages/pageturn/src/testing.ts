export type {
  ServedEndpoint,
  ServedField,
  ServedItems,
  ServedLimit,
  ServedPageClass,
  ServedParam,
  ServedVariant,
} from "./anthropic/catalog/served-endpoint.ts";
export type { ContentCoding } from "./testing/content-coding.ts";
export type { Fault, FaultName } from "./testing/faults/fault.ts";
export type { FaultCondition, FaultScript, FaultStep } from "./testing/faults/fault-script.ts";
export type { JsonValue } from "./testing/faults/json-value.ts";
export type { LoggedRequest } from "./testing/logged-request.ts";
export type { MockServer } from "./testing/mock-server.ts";
export type { MockServerOptions } from "./testing/mock-server-options.ts";
export type { RateLimit } from "./testing/rate-window.ts";
export { startMockServer } from "./testing/start-mock-server.ts";
