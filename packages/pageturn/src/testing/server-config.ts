import { endpoints as apiEndpoints } from "../anthropic/catalog/generated/endpoints.ts";
import type { ServedEndpoint } from "../anthropic/catalog/served-endpoint.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { oneOf, refuseUnknown, wholeNumber } from "../pagination/request/check-option.ts";
import type { ContentCoding } from "./answer.ts";
import { maxPosition } from "./data/position-code.ts";
import { checkScript, type FaultScript } from "./faults/fault-script.ts";
import type { RateLimit } from "./rate-window.ts";
import { testEndpoints } from "./served-endpoints.ts";

/** The options of a mock server. All of them are plain JSON, because they are sent to another thread. */
export interface MockServerOptions {
  /**
   * The number of items in each list: one number, or one per endpoint id, such as
   * `{ models: 7, "messages.batches": 10_000 }`. Default: 50. A beta list (`beta.files`) has as many items as the
   * plain list with the same path.
   */
  readonly items?: number | Readonly<Record<string, number>>;
  /** Determines the items, ids and cursors: the same seed always gives the same ones. Default: 1. */
  readonly seed?: number;
  /**
   * The key that the server accepts, as `x-api-key` or as a bearer token. Default: `sk-ant-test-key`. With
   * `null` it requires neither a key nor `anthropic-version`.
   */
  readonly apiKey?: string | null;
  /**
   * Milliseconds before each response. An array holds one value per page; its last value applies to all further
   * pages.
   */
  readonly latencyMs?: number | readonly number[];
  /** The least size of an item in bytes. Smaller items are padded. Default: 0. */
  readonly itemBytes?: number;
  /** Compresses bodies if the request accepts the coding. Default: `false`. */
  readonly compress?: ContentCoding | false;
  /** The number of requests that the server allows per window. Default: a million per minute. */
  readonly rateLimit?: RateLimit;
  /** The faults that the server plays. Default: none. */
  readonly script?: FaultScript;
  /** The number of requests that the log keeps, the newest ones. Default: 10,000. */
  readonly maxLoggedRequests?: number;
  /** More lists to serve. One with the path of an API list takes precedence over it. */
  readonly endpoints?: readonly ServedEndpoint[];
}

/** The options with all defaults filled in. The server thread starts with them. */
export type ServerConfig = Required<MockServerOptions>;

/** Fills in the defaults. Throws `ConfigurationError` if an option does not exist or cannot be used. */
export function serverConfig(options: MockServerOptions): ServerConfig {
  const config: ServerConfig = {
    items: options.items ?? 50,
    seed: options.seed ?? 1,
    apiKey: options.apiKey === undefined ? "sk-ant-test-key" : options.apiKey,
    latencyMs: options.latencyMs ?? 0,
    itemBytes: options.itemBytes ?? 0,
    compress: options.compress ?? false,
    rateLimit: options.rateLimit ?? { requests: 1_000_000 },
    script: options.script ?? [],
    maxLoggedRequests: options.maxLoggedRequests ?? 10_000,
    endpoints: options.endpoints ?? [],
  };
  const { items, compress, rateLimit } = config;
  refuseUnknown("mock server", options, Object.keys(config));
  refuseUnknown("rateLimit", rateLimit, ["requests", "windowMs"]);
  if (typeof items === "object") checkNames(Object.keys(items), config.endpoints);
  const counts = typeof items === "object" ? items : { items };
  for (const [name, count] of Object.entries(counts)) wholeNumber(name, count, { most: maxPosition });
  wholeNumber("seed", config.seed, { most: 2 ** 32 - 1 });
  wholeNumber("itemBytes", config.itemBytes, { most: 2 ** 24 });
  wholeNumber("maxLoggedRequests", config.maxLoggedRequests, { most: 2 ** 24 });
  wholeNumber("rateLimit.requests", rateLimit.requests, { most: 2 ** 32 });
  wholeNumber("rateLimit.windowMs", rateLimit.windowMs ?? 0, { most: 2 ** 31 - 1 });
  for (const ms of [config.latencyMs].flat()) wholeNumber("latencyMs", ms, { most: 2 ** 31 - 1 });
  if (compress !== false) oneOf("compress", compress, ["gzip", "br"]);
  checkScript(config.script);
  return config;
}

/** Returns the number of items in each list of an endpoint. */
export function itemCount({ items }: ServerConfig, id: string): number {
  if (typeof items === "number") return items;
  return items[id] ?? items[plainId(id)] ?? 50;
}

/** The id of the plain list of a path, of which `id` may be the beta shape. */
function plainId(id: string): string {
  return id.replace(/^beta\./, "");
}

/** Without this check, a misspelt list would silently have 50 items. */
function checkNames(names: readonly string[], own: readonly ServedEndpoint[]): void {
  const ids = [...apiEndpoints, ...testEndpoints, ...own].map(({ id }) => id);
  const known = new Set([...ids, ...ids.map(plainId)]);
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new ConfigurationError(
    `Cannot start the mock server with items for "${unknown}" because it serves no such list: use an id ` +
      'in wire names, such as "models" or "messages.batches"',
  );
}
