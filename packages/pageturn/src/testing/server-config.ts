import { parseFieldType } from "../anthropic/catalog/field-type.ts";
import { endpoints as apiEndpoints } from "../anthropic/catalog/generated/endpoints.ts";
import type {
  ServedEndpoint,
  ServedField,
  ServedPageClass,
  ServedParam,
  ServedVariant,
} from "../anthropic/catalog/served-endpoint.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { isPlainObject, refuseUnknown } from "../pagination/request/check-option.ts";
import type { ContentCoding } from "./answer.ts";
import { maxPosition } from "./data/position-code.ts";
import { checkScript, type FaultScript } from "./faults/fault-script.ts";
import { matchesPath } from "./route-table.ts";
import {
  choice,
  current,
  flag,
  json,
  listOf,
  optional,
  orRecordOf,
  type Rule,
  type Rules,
  recordOf,
  rule,
  shape,
  text,
  whole,
} from "./rule.ts";
import { testEndpoints } from "./served-endpoints.ts";

/** How many requests are allowed in a period of time. */
export interface RateLimit {
  /** Requests per window. */
  readonly requests: number;
  /** The length of a window in milliseconds. Default: one minute. */
  readonly windowMs?: number | undefined;
}

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

const milliseconds = whole(0, 2 ** 31 - 1);
const count = whole(0, maxPosition);

const fieldType = rule("a type such as string[] or Record<string, number>", (value) => {
  try {
    return parseFieldType(String(value)) !== null;
  } catch {
    return false;
  }
});

const field = shape<ServedField>({
  name: text,
  type: fieldType,
  enum: optional(listOf(json)),
  optional: optional(flag),
  nullable: optional(flag),
});
const fields = listOf(field);
const union = shape({ union: listOf(shape<ServedVariant>({ type: text, fields })) });

const limit: Rule = (name, value) => {
  if (value !== null) optional(orRecordOf(count))(name, value);
};

const param = shape<ServedParam>({
  wire: text,
  required: optional(flag),
  default: optional(json),
  min: limit,
  max: limit,
});

const endpoint = shape<ServedEndpoint>({
  id: text,
  path: rule('a path that begins with "/"', (value) => typeof value === "string" && value.startsWith("/")),
  page: choice<ServedPageClass>("Page", "PageCursor", "BidirectionalPageCursor", "TokenPage"),
  itemsKey: text,
  envelope: fields,
  betaHeader: listOf(text),
  queryParams: listOf(param),
  itemFields: (name, value) => (isPlainObject(value) ? union : fields)(name, value),
  shapes: optional(
    recordOf((name, value) => {
      const isUnion = isPlainObject(value) && "union" in value;
      (isUnion ? shape({ union: listOf(text) }) : shape({ fields }))(name, value);
    }),
  ),
});

/** What each option must be. `script` is checked last, because its paths can be those of `endpoints`. */
const rules: Rules<Omit<MockServerOptions, "script">> = {
  items: orRecordOf(count),
  seed: whole(0, 2 ** 32 - 1),
  apiKey: (name, value) => {
    // Its value must not reach the message.
    if (value === null || (typeof value === "string" && /^[\x21-\x7e]+$/.test(value))) return;
    throw new ConfigurationError(
      `Cannot use the option ${name} as it must be null or printable ASCII text without blanks: its type is ${typeof value}`,
    );
  },
  latencyMs: (name, value) => (Array.isArray(value) ? listOf(milliseconds) : milliseconds)(name, value),
  itemBytes: whole(0, 2 ** 24),
  compress: choice<unknown>("gzip", "br", false),
  rateLimit: shape<RateLimit>({ requests: whole(0, 2 ** 32), windowMs: optional(milliseconds) }),
  maxLoggedRequests: whole(0, 2 ** 24),
  endpoints: listOf(endpoint),
};

/** Fills in the defaults. Throws `ConfigurationError` if an option does not exist or cannot be used. */
export function serverConfig(options: MockServerOptions): ServerConfig {
  const passed: unknown = options;
  if (!isPlainObject(passed)) {
    throw new ConfigurationError(
      `Cannot start the mock server as its options must be a plain object such as { items: 45 }: ${current(passed)}`,
    );
  }
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
  refuseUnknown("mock server", options, Object.keys(config));
  for (const [name, check] of Object.entries<Rule>(rules)) check(name, Reflect.get(config, name));
  if (typeof config.items === "object") checkNames(Object.keys(config.items), config.endpoints);
  checkScriptFor(config, config.script);
  return config;
}

/** Throws `ConfigurationError` for a script that this server cannot play. */
export function checkScriptFor({ endpoints }: ServerConfig, script: FaultScript): void {
  const paths = [...apiEndpoints, ...testEndpoints, ...endpoints].map(({ path }) => path);
  checkScript(script, (path) => paths.some((pattern) => matchesPath(pattern, path)));
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
