import type { ServedEndpoint, ServedLimit, ServedParam } from "../anthropic/catalog/served-endpoint.ts";
import { isPlainObject } from "../pagination/request/check-option.ts";
import { ApiProblem } from "./answer.ts";
import { parseTime } from "./data/api-time.ts";
import { type ItemList, type ListCursor, present } from "./data/item-list.ts";

/** A request that passed all checks. */
export interface ListRequest {
  readonly list: ItemList;
  readonly limit: number;
  /** `null` on the first page. */
  readonly cursor: ListCursor | null;
  /** The positions of the items that the request names by id; `null` for a normal page. */
  readonly picked: readonly number[] | null;
}

/** The page size and its bounds for endpoints whose documents name none. */
const fallback = { size: 20, min: 1, max: 1000 };

/**
 * Throws `ApiProblem` if a required parameter is missing, a value is none of those that its parameter allows, two exclude
 * each other, or the API does not know one.
 */
export function checkParams({ queryParams, otherParams }: ServedEndpoint, query: URLSearchParams): void {
  const has = (wire: string) => present(query, wire) !== null;
  for (const param of queryParams) {
    const { wire, required, needs = [], excludes = [] } = param;
    if (!has(wire)) {
      if (required === true) throw new ApiProblem(400, `${wire}: Field required`);
      continue;
    }
    for (const value of query.getAll(wire)) if (value !== "") checkValue(param, value);
    const missing = needs.find((other) => !has(other));
    if (missing !== undefined) throw new ApiProblem(400, `${wire}: Only allowed together with ${missing}`);
    const other = excludes.find(has);
    if (other !== undefined) throw new ApiProblem(400, `${wire}: Cannot be combined with ${other}`);
  }
  if (otherParams !== "refused") return;
  const known = new Set(["beta", ...queryParams.map(({ wire }) => wire)]);
  const unknown = [...query.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw new ApiProblem(400, `${unknown}: Extra inputs are not permitted`);
}

const valueRules: Partial<Record<NonNullable<ServedParam["type"]>, readonly [RegExp, string]>> = {
  integer: [/^[+-]?\d+$/, "a valid integer, unable to parse string as an integer"],
  boolean: [/^(true|false)$/, "a valid boolean, unable to interpret input"],
  date: [/^\d{4}-\d\d-\d\d$/, "a valid date in the format YYYY-MM-DD"],
  "date-time": [/^\d{4}-\d\d-\d\d(?:T.+)?$/, "a valid datetime"],
};

function checkValue({ wire, type = "string", values = [], effect }: ServedParam, value: string): void {
  const refuse = (rule: string): never => {
    throw new ApiProblem(400, `${wire}: Input should be ${rule}`);
  };
  if (values.length > 0 && !values.includes(value)) {
    refuse(values.map((allowed) => `'${allowed}'`).join(" or "));
  }
  const [pattern, rule] = valueRules[type] ?? [];
  if (rule !== undefined && pattern?.test(value) === false) refuse(rule);
  if (type.startsWith("date") && Number.isNaN(parseTime(value))) refuse(rule ?? "");
  if (effect?.does === "cuts" && Number(value) < 1 && Number(value) !== -1) refuse("greater than 0, or -1");
}

/** Whether a request reverses the endpoint's default order. Throws `ApiProblem` for an unknown order. */
export function isReversed({ queryParams }: ServedEndpoint, query: URLSearchParams): boolean {
  const param = queryParams.find(({ wire }) => wire === "order");
  const order = query.get("order");
  if (param === undefined || order === null || order === "") return false;
  if (order !== "asc" && order !== "desc")
    throw new ApiProblem(400, "order: Input should be 'asc' or 'desc'");
  return order !== (param.default ?? "desc");
}

/** Reads the page size, the cursor and the ids of a request. Throws `ApiProblem` where the API refuses them. */
export function readListRequest(list: ItemList, query: URLSearchParams): ListRequest {
  const limit = readLimit(list.endpoint, query);
  const cursor = readCursor(list, query);
  const ids = new Set(query.getAll("ids[]"));
  if (ids.size === 0 || !list.endpoint.queryParams.some(({ wire }) => wire === "ids[]")) {
    return { list, limit, cursor, picked: null };
  }
  if (cursor !== null || query.has("limit")) {
    throw new ApiProblem(400, "ids: Cannot be combined with a cursor or limit");
  }
  if (ids.size > 100) throw new ApiProblem(400, "ids: At most 100 ids are allowed");
  const picked = [...ids].flatMap((id) => list.findId(id)?.position ?? []);
  return { list, limit, cursor, picked };
}

/**
 * Returns the default page size of an endpoint and its bounds. Some depend on the value of another parameter in `query`:
 * `bucket_width`, `view`.
 */
export function pageSizes(endpoint: ServedEndpoint, query: URLSearchParams): typeof fallback {
  const param = endpoint.queryParams.find(({ wire }) => wire === "limit");
  const max = bound(endpoint, param?.max, query);
  return {
    // Lists with a largest page but no default return that page if `limit` is left out (client facts, 10.6).
    size: bound(endpoint, param?.default, query) ?? max ?? fallback.size,
    min: bound(endpoint, param?.min, query) ?? fallback.min,
    max: max ?? fallback.max,
  };
}

function bound(
  { queryParams }: ServedEndpoint,
  value: ServedLimit | unknown,
  query: URLSearchParams,
): number | null {
  if (typeof value === "number") return value;
  if (!isPlainObject(value)) return null;
  // The parameter that decides has the names of the bounds as its values.
  const names = Object.keys(value);
  const decider = queryParams.find(({ values = [] }) => names.every((name) => values.includes(name)));
  const chosen = present(query, decider?.wire ?? "") ?? String(decider?.default ?? names[0]);
  const found = Object.hasOwn(value, chosen) ? value[chosen] : undefined;
  return typeof found === "number" ? found : null;
}

function readLimit(endpoint: ServedEndpoint, query: URLSearchParams): number {
  const { size, min, max } = pageSizes(endpoint, query);
  const text = query.get("limit");
  if (text === null) return size;
  if (!/^[+-]?\d+$/.test(text)) {
    throw new ApiProblem(400, "limit: Input should be a valid integer, unable to parse string as an integer");
  }
  const limit = Number(text);
  if (limit < min) throw new ApiProblem(400, `limit: Input should be greater than or equal to ${min}`);
  if (limit > max) throw new ApiProblem(400, `limit: Input should be less than or equal to ${max}`);
  return limit;
}

function readCursor(list: ItemList, query: URLSearchParams): ListCursor | null {
  if (list.endpoint.page !== "Page") {
    return readToken(list, query, list.endpoint.page === "TokenPage" ? "page_token" : "page");
  }
  const after = query.get("after_id") || null;
  const before = query.get("before_id") || null;
  if (after !== null && before !== null) {
    throw new ApiProblem(400, "Only one of after_id and before_id can be given");
  }
  const [name, id, side] =
    before === null ? (["after_id", after, "after"] as const) : (["before_id", before, "before"] as const);
  if (id === null) return null;
  const mark = list.placeOf(id, side);
  if (mark === null) throw new ApiProblem(400, `${name}: No item with the id '${id}'`);
  return { direction: side === "after" ? "forward" : "backward", mark };
}

function readToken(list: ItemList, query: URLSearchParams, name: string): ListCursor | null {
  const token = query.get(name);
  if (token === null || token === "") return null;
  const cursor = list.readToken(token);
  if (cursor === null) throw new ApiProblem(400, `${name}: Invalid or expired cursor`);
  return cursor;
}
