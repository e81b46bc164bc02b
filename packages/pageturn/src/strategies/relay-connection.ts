import { ConfigurationError } from "../errors/pageturn-error.ts";
import { withMember } from "../pagination/request/check-option.ts";
import { ownOptions } from "../pagination/request/own-options.ts";
import {
  isJsonObject,
  type JSONPath,
  type JsonObject,
  keysOf,
  type PageRequest,
  pathName,
  valueAt,
  withValueAt,
} from "../pagination/request/page-request.ts";
import type {
  BodyError,
  PaginationStrategy,
  StrategyOverrides,
  StrategyPage,
} from "../pagination/request/strategy.ts";

/** Options of {@link relayConnection}. */
export interface RelayOptions extends StrategyOverrides {
  /** The path of the connection in the body: `["data", "repository", "issues"]`. */
  readonly connection: JSONPath;
  /** The names of the query's variables. Default: `after`, `first`, `before` and `last`. */
  readonly variables?: Partial<Readonly<Record<"after" | "first" | "before" | "last", string>>> | undefined;
}

/**
 * Pages a GraphQL connection (the Relay specification), requested with a POST whose `json` has `query` and `variables`. The
 * items are its `nodes`, or those of its `edges`; the query must select its `pageInfo`. A list whose variables have `last` is
 * walked backward. `errors` in the body are an error, even if there is data.
 */
export function relayConnection(options: RelayOptions): PaginationStrategy {
  const { connection, variables, ...overrides } = ownOptions(
    "relayConnection",
    withMember("relayConnection", options, "connection"),
    { connection: "path", variables: { names: ["after", "first", "before", "last"] } },
  );
  const names = { after: "after", first: "first", before: "before", last: "last", ...variables };
  const place = (name: string) => ({ json: ["variables", name] });
  const variablesOf = ({ json }: PageRequest): JsonObject => {
    const found = valueAt(json, "variables");
    return isJsonObject(found) ? found : {};
  };
  const isBackward = (request: PageRequest) => (variablesOf(request)[names.last] ?? null) !== null;
  const info = ({ body }: StrategyPage, name: string) =>
    valueAt(body, [...keysOf(connection), "pageInfo", name]);

  /** The page at a cursor: forward with `after` and `first`, backward with `before` and `last`. */
  const step = (page: StrategyPage, backward: boolean) => {
    const [more, end] = fieldsOf(backward);
    const cursor = info(page, end);
    const isCursor = typeof cursor === "string" || typeof cursor === "number";
    if (!isCursor || info(page, more) === false) return null;
    checkVariable(page.request, backward ? names.before : names.after);
    const { [names.first]: first, [names.last]: last, ...others } = variablesOf(page.request);
    const size = first ?? last;
    const changed = backward
      ? { ...others, [names.before]: cursor, [names.after]: undefined, [names.last]: size }
      : { ...others, [names.after]: cursor, [names.before]: undefined, [names.first]: size };
    return { json: withValueAt(page.request.json ?? {}, ["variables"], changed) };
  };
  return {
    items: (body) => nodesOf(valueAt(body, connection)),
    next: (page) => {
      const backward = isBackward(page.request);
      const fields = fieldsOf(backward);
      if (fields.every((field) => info(page, field) === undefined))
        throw new ConfigurationError(
          `Cannot tell whether ${pathName(connection)} has more pages: select pageInfo { ${fields.join(" ")} } in the ` +
            "GraphQL query, in the connection",
        );
      return step(page, backward);
    },
    previous: (page) => step(page, !isBackward(page.request)),
    cursors: [names.after, names.before, names.first, names.last].map(place),
    cursorMeans: "position",
    emptyCursor: "valid",
    hasMore: (page) => info(page, fieldsOf(isBackward(page.request))[0]),
    isBackward,
    errorIn: graphqlError,
    pageSize: { in: place(names.first), adjustable: true },
    ...overrides,
  };
}

/** A query that does not use the variable of the cursor returns its first page again and again. */
function checkVariable({ json }: PageRequest, name: string): void {
  const text = valueAt(json, "query");
  if (typeof text !== "string" || new RegExp(`\\$${name}(?!\\w)`).test(text)) return;
  throw new ConfigurationError(
    `Cannot request the next page as the GraphQL query does not use the variable $${name}: pass it to the connection, ` +
      "or name another one in `variables`",
  );
}

/** The fields of `pageInfo` for one direction. */
function fieldsOf(backward: boolean): readonly [more: string, cursor: string] {
  return backward ? ["hasPreviousPage", "startCursor"] : ["hasNextPage", "endCursor"];
}

/** The nodes of a connection; undefined where there is none. */
function nodesOf(connection: unknown): unknown {
  const { nodes, edges } = isJsonObject(connection) ? connection : {};
  return nodes ?? (Array.isArray(edges) ? edges.map((edge) => valueAt(edge, "node")) : edges);
}

/** The statuses that the usual codes of GraphQL servers stand for. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  THROTTLED: 429,
  RATE_LIMITED: 429,
  RATELIMITED: 429,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  TIMEOUT: 504,
  INTERNAL_SERVER_ERROR: 500,
};

/** The first error of a GraphQL body; null where it has none. */
function graphqlError(body: JsonObject): BodyError | null {
  const { errors = null } = body;
  if (errors === null || (Array.isArray(errors) && errors.length === 0)) return null;
  const error: unknown = Array.isArray(errors) ? errors[0] : errors;
  const code = valueAt(error, ["extensions", "code"]) ?? valueAt(error, "type");
  const type = typeof code === "string" ? code : null;
  const status = type !== null && Object.hasOwn(STATUS_OF_CODE, type) ? STATUS_OF_CODE[type] : undefined;
  return { type, message: String(valueAt(error, "message") ?? "GraphQL error"), status: status ?? 400 };
}
