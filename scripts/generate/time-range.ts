import type { Endpoint } from "../../packages/pageturn/src/anthropic/catalog/endpoint.ts";
import type { CatalogEndpoint } from "./catalog.ts";
import { paramEffect } from "./param-effects.ts";

/** The pairs of bounds that endpoints have, the best one first: half-open, then inclusive, then exclusive. */
const bounds = ["created_at", "updated_at"].flatMap((field) =>
  [
    ["gte", "lt"],
    ["gte", "lte"],
    ["gt", "lt"],
  ].flatMap(([from, to]) => [
    [`${field}[${from}]`, `${field}[${to}]`],
    [`${field}.${from}`, `${field}.${to}`],
  ]),
);

/** The range of time that an endpoint can be restricted to; `undefined` where it takes none. */
export function timeRange(endpoint: CatalogEndpoint): Endpoint["time"] {
  const { params } = endpoint;
  const find = (wanted: string | undefined) =>
    params.find(({ name, inexact }) => name === wanted && !inexact);
  const pairs = [...bounds, ["starting_at", "ending_at"], ["starting_date", "ending_date"]];
  const [from, to] = pairs.find((pair) => pair.every(find)) ?? [];
  // A list of which all days come in one page, or that takes one day, has nothing to slice.
  if (from === undefined || to === undefined || !find("limit")) return undefined;
  if (from === "starting_at" && find("order") === undefined) {
    const width = find("bucket_width");
    const buckets = typeof width?.default === "string" ? width.default : (width?.values[0] ?? "1d");
    return { from, to, buckets };
  }
  if (from.startsWith("starting")) return { from, to, totals: true };
  const param = find(from);
  const on = param === undefined ? undefined : paramEffect(endpoint, param)?.on;
  return {
    from,
    to,
    ...(on !== from.split(/[[.]/)[0] && { field: on }),
    ...(find("order")?.default === "asc" && { order: "asc" as const }),
  };
}
