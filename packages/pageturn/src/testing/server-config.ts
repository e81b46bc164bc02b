import type { APIList, APIListParam } from "../anthropic/catalog/api-catalog.ts";
import { parseFieldType } from "../anthropic/catalog/field-type.ts";
import { endpoints as apiEndpoints } from "../anthropic/catalog/generated/endpoints.ts";
import {
  effectNames,
  type ServedEffect,
  type ServedEndpoint,
  type ServedField,
  type ServedPageClass,
  type ServedParam,
  type ServedVariant,
} from "../anthropic/catalog/served-endpoint.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { isPlainObject, refuseUnknown } from "../pagination/request/check-option.ts";
import { parseTime } from "./data/api-time.ts";
import type { ListChange } from "./data/list-changes.ts";
import { maxPosition } from "./data/position-code.ts";
import { checkScript, type FaultScript } from "./faults/fault-script.ts";
import { matchesPath } from "./route-table.ts";
import {
  choice,
  current,
  flag,
  headerText,
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
import { testEndpoints } from "./test-endpoints.ts";

/** The content codings that the mock server supports. */
export type ContentCoding = "gzip" | "br";

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
  /**
   * The number of items that a list gains after each request for a page of it: one number, or one per endpoint id. A list
   * with its newest item first gains them at its beginning, the others at their end. Default: 0.
   */
  readonly grow?: number | Readonly<Record<string, number>>;
  /**
   * The time at which the server was started, as ISO 8601. The newest item of each list was created then, and nothing is
   * used later. Default: `2026-10-01T00:00:00Z`.
   */
  readonly now?: string;
  /** Determines the items, ids and cursors: the same seed always gives the same ones. Default: 1. */
  readonly seed?: number;
  /**
   * The key that the server accepts, as `x-api-key` or as a bearer token. Default: `sk-ant-test-key`. With
   * `null` it requires neither a key nor `anthropic-version`.
   */
  readonly apiKey?: string | null;
  /**
   * More keys that the server accepts, each with the id of its organization, which the header `anthropic-organization-id` of
   * the responses has; `null` for a server that does not send it. `apiKey` may be one of them. Default: `apiKey` alone, with an
   * id that depends on the seed.
   */
  readonly organizations?: Readonly<Record<string, string | null>>;
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

const time = rule(
  'a time such as "2026-10-01T00:00:00Z"',
  (value) => !Number.isNaN(Date.parse(String(value))),
);
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

const names = optional(listOf(text));

/** What the catalog says besides: its lists can be those of a server. */
const note = optional(json);

const param = shape<ServedParam & Partial<APIListParam>>({
  name: note,
  description: note,
  wire: text,
  type: optional(choice("string", "integer", "boolean", "string[]", "date", "date-time")),
  values: names,
  effect: optional(
    shape<ServedEffect>({ does: choice(...effectNames), on: optional(text), beside: optional(text) }),
  ),
  needs: names,
  excludes: names,
  required: optional(flag),
  default: optional(json),
  min: limit,
  max: limit,
});

const endpoint = shape<ServedEndpoint & Partial<APIList>>({
  lists: note,
  auth: note,
  stability: note,
  notes: note,
  pathParams: note,
  time: note,
  id: text,
  path: rule('a path that begins with "/"', (value) => typeof value === "string" && value.startsWith("/")),
  page: choice<ServedPageClass>(
    "Page",
    "PageCursor",
    "BidirectionalPageCursor",
    "ReportPageCursor",
    "TokenPage",
  ),
  itemsKey: text,
  envelope: fields,
  betaHeader: listOf(text),
  queryParams: listOf(param),
  otherParams: optional(choice<unknown>("ignored", "refused")),
  cursorsKeepFilters: optional(flag),
  report: optional(choice<unknown>("buckets", "groups", "objects", "days")),
  itemFields: (name, value) => (isPlainObject(value) ? union : fields)(name, value),
  shapes: optional(
    recordOf((name, value) => {
      const isUnion = isPlainObject(value) && "union" in value;
      (isUnion ? shape({ union: listOf(text) }) : shape({ fields }))(name, value);
    }),
  ),
});

/** A key. Its value must not reach the message. */
const key: Rule = (name, value) => {
  if (typeof value === "string" && /^[\x21-\x7e]+$/.test(value)) return;
  throw new ConfigurationError(
    `Cannot use the option ${name} as it must be null or printable ASCII text without blanks: its type is ${typeof value}`,
  );
};

/** What each option must be. `script` is checked last, because its paths can be those of `endpoints`. */
const rules: Rules<Omit<MockServerOptions, "script">> = {
  items: orRecordOf(count),
  grow: orRecordOf(count),
  now: time,
  seed: whole(0, 2 ** 32 - 1),
  apiKey: (name, value) => {
    if (value !== null) key(name, value);
  },
  organizations: (name, value) => {
    recordOf(json)(name, value);
    for (const [each, id] of Object.entries(Object(value))) {
      key(`${name} with a name`, each);
      if (id !== null) headerText(`${name} with an id`, id);
    }
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
    organizations: options.organizations ?? {},
    latencyMs: options.latencyMs ?? 0,
    itemBytes: options.itemBytes ?? 0,
    compress: options.compress ?? false,
    rateLimit: options.rateLimit ?? { requests: 1_000_000 },
    script: options.script ?? [],
    maxLoggedRequests: options.maxLoggedRequests ?? 10_000,
    endpoints: options.endpoints ?? [],
    grow: options.grow ?? 0,
    now: options.now ?? "2026-10-01T00:00:00Z",
  };
  refuseUnknown("mock server", options, Object.keys(config));
  for (const [name, check] of Object.entries<Rule>(rules)) check(name, Reflect.get(config, name));
  for (const name of ["items", "grow"] as const) {
    const option = config[name];
    if (typeof option === "object") checkNames(name, Object.keys(option), config.endpoints);
  }
  checkScriptFor(config, config.script);
  return config;
}

const ids = optional(listOf(text));

/** Throws `ConfigurationError` for a change of a list that cannot be made. */
export function checkChange(change: ListChange): void {
  const check = shape<ListChange>({
    add: optional(count),
    remove: ids,
    restore: ids,
    update: optional(recordOf(recordOf(json))),
    late: optional(shape<NonNullable<ListChange["late"]>>({ from: time, to: time })),
  });
  check("change", change);
  const { from, to } = change.late ?? {};
  if (from !== undefined && to !== undefined && parseTime(to) <= parseTime(from)) {
    throw new ConfigurationError("Cannot use change.late because it ends before it begins");
  }
}

/** Throws `ConfigurationError` for a script that this server cannot play. */
export function checkScriptFor({ endpoints }: ServerConfig, script: FaultScript): void {
  const paths = [...apiEndpoints, ...testEndpoints, ...endpoints].map(({ path }) => path);
  checkScript(script, (path) => paths.some((pattern) => matchesPath(pattern, path)));
}

/** Returns the number of an option that may have one for each list; `undefined` if it has none for this list. */
export function perList(option: number | Readonly<Record<string, number>>, id: string): number | undefined {
  if (typeof option === "number") return option;
  const name = [id, plainId(id)].find((each) => Object.hasOwn(option, each));
  return name === undefined ? undefined : option[name];
}

/** The id of the plain list of a path, of which `id` may be the beta shape. */
function plainId(id: string): string {
  return id.replace(/^beta\./, "");
}

/** Without this check, a misspelt list would silently have 50 items. */
function checkNames(option: string, names: readonly string[], own: readonly ServedEndpoint[]): void {
  const ids = [...apiEndpoints, ...testEndpoints, ...own].map(({ id }) => id);
  const known = new Set([...ids, ...ids.map(plainId)]);
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new ConfigurationError(
    `Cannot start the mock server with ${option} for "${unknown}" because it serves no such list: use an id ` +
      'in wire names, such as "models" or "messages.batches"',
  );
}
