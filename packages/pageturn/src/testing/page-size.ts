import type { ServedEndpoint, ServedLimit } from "../anthropic/catalog/served-endpoint.ts";
import { ApiProblem } from "./api-problem.ts";

/** What the server does where the API's documents name no bound. */
const fallback = { size: 20, min: 1, max: 1000 };

/** The page size a request gets. Throws `ApiProblem` for a `limit` that is no whole number or out of range. */
export function pageSize(endpoint: ServedEndpoint, query: URLSearchParams): number {
  const { size, min, max } = pageSizes(endpoint, [...query.values()]);
  const given = query.get("limit");
  if (given === null) return size;
  if (!/^[+-]?\d+$/.test(given)) {
    throw new ApiProblem(400, "limit: Input should be a valid integer, unable to parse string as an integer");
  }
  const limit = Number(given);
  if (limit < min) throw new ApiProblem(400, `limit: Input should be greater than or equal to ${min}`);
  if (limit > max) throw new ApiProblem(400, `limit: Input should be less than or equal to ${max}`);
  return limit;
}

/** The default page size and its bounds. Some depend on the value of another parameter: `1d`, `full`. */
export function pageSizes(endpoint: ServedEndpoint, values: readonly string[]): typeof fallback {
  const param = endpoint.queryParams.find(({ wire }) => wire === "limit");
  const max = bound(param?.max, values);
  const size = bound(param?.default, values);
  return {
    // Lists with a largest page but no default come whole without `limit` (client facts, 10.6).
    size: size ?? max ?? fallback.size,
    min: bound(param?.min, values) ?? fallback.min,
    max: max ?? fallback.max,
  };
}

function bound(value: ServedLimit | unknown, values: readonly string[]): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "object" || value === null) return null;
  const entries = Object.entries(value);
  const [, found] = entries.find(([key]) => values.includes(key)) ?? entries[0] ?? [];
  return typeof found === "number" ? found : null;
}
