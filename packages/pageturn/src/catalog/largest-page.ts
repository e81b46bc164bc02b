import type { Endpoint } from "./endpoint.ts";

/** What `limit: "max"` stands for in a request with these parameters; undefined where the catalog does not know. */
export function largestPage(
  { maxLimit }: Endpoint,
  params: Readonly<Record<string, unknown>>,
): number | undefined {
  if (typeof maxLimit !== "object") return maxLimit;
  const value = String(params[maxLimit.by] ?? maxLimit.default);
  return Object.hasOwn(maxLimit.values, value) ? maxLimit.values[value] : undefined;
}
