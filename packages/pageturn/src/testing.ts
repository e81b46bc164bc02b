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
export type { FakeAnthropic } from "./testing/fake-anthropic.ts";
export type { FakeAnthropicOptions } from "./testing/fake-anthropic-options.ts";
export type { Fault, FaultName } from "./testing/faults/fault.ts";
export type { FaultCondition, FaultScript, FaultStep } from "./testing/faults/fault-script.ts";
export type { JsonValue } from "./testing/faults/json-value.ts";
export type { LoggedRequest } from "./testing/logged-request.ts";
export type { RateLimit } from "./testing/rate-window.ts";
export { startFakeAnthropic } from "./testing/start-fake-anthropic.ts";
