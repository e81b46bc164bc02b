import { endpoints } from "../anthropic/catalog/generated/endpoints.ts";
import type { ServedEndpoint } from "../anthropic/catalog/served-endpoint.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import type { ContentCoding } from "./content-coding.ts";
import { maxPosition } from "./data/position-code.ts";
import { checkScript } from "./faults/check-script.ts";
import type { FaultScript } from "./faults/fault-script.ts";
import type { MockServerOptions } from "./mock-server-options.ts";
import type { RateLimit } from "./rate-window.ts";
import { testEndpoints } from "./test-endpoints.ts";

/** The options with every default filled in: what the server thread is started with. */
export interface ServerConfig {
  readonly items: number | Readonly<Record<string, number>>;
  readonly seed: number;
  readonly apiKey: string | null;
  readonly latencyMs: readonly number[];
  readonly itemBytes: number;
  readonly compress: ContentCoding | false;
  readonly rateLimit: RateLimit;
  readonly script: FaultScript;
  readonly maxLoggedRequests: number;
  readonly endpoints: readonly ServedEndpoint[];
}

/** Fills in the defaults. Throws `ConfigurationError` for what cannot be used. */
export function serverConfig(options: MockServerOptions): ServerConfig {
  const { items = 50, latencyMs = 0, script = [] } = options;
  const config: ServerConfig = {
    items,
    seed: options.seed ?? 1,
    apiKey: options.apiKey === undefined ? "sk-ant-test-key" : options.apiKey,
    latencyMs: typeof latencyMs === "number" ? [latencyMs] : latencyMs,
    itemBytes: options.itemBytes ?? 0,
    compress: options.compress ?? false,
    rateLimit: options.rateLimit ?? { requests: 1_000_000 },
    script,
    maxLoggedRequests: options.maxLoggedRequests ?? 10_000,
    endpoints: options.endpoints ?? [],
  };
  const counts = typeof items === "object" ? items : { items };
  if (typeof items === "object") checkNames(Object.keys(items), config.endpoints);
  for (const [name, count] of Object.entries(counts)) checkNumber(name, count, maxPosition);
  checkNumber("seed", config.seed, 2 ** 32 - 1);
  checkNumber("itemBytes", config.itemBytes, 2 ** 24);
  checkNumber("maxLoggedRequests", config.maxLoggedRequests, 2 ** 24);
  checkNumber("rateLimit.requests", config.rateLimit.requests, 2 ** 32);
  checkNumber("rateLimit.windowMs", config.rateLimit.windowMs ?? 0, 2 ** 31 - 1);
  for (const ms of config.latencyMs) checkNumber("latencyMs", ms, 2 ** 31 - 1);
  checkScript(script);
  return config;
}

/** How many items an endpoint's lists have. */
export function itemCount({ items }: ServerConfig, id: string): number {
  if (typeof items === "number") return items;
  return items[id] ?? items[plainId(id)] ?? 50;
}

/** The id of the plain list of a path, of which a beta has another shape. */
function plainId(id: string): string {
  return id.replace(/^beta\./, "");
}

/** A list that is misspelt would have 50 items without a word. */
function checkNames(names: readonly string[], own: readonly ServedEndpoint[]): void {
  const ids = [...endpoints, ...testEndpoints, ...own].map(({ id }) => id);
  const known = new Set([...ids, ...ids.map(plainId)]);
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new ConfigurationError(
    `Cannot start the server with items for "${unknown}" as it serves no such list: ids are in wire names, such as ` +
      '"models" or "messages.batches"',
  );
}

function checkNumber(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return;
  throw new ConfigurationError(
    `Cannot start the server as "${name}" must be a whole number from 0 to ${max}: current value is ${value}`,
  );
}
