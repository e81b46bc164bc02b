import type { TimeRange } from "../pagination/request/time-range.ts";
import type { Endpoint } from "./catalog/endpoint.ts";

/** The lengths of buckets in milliseconds, by the values of `bucket_width`. */
const bucketWidths: Readonly<Record<string, number>> = { "1m": 60_000, "1h": 3_600_000, "1d": 86_400_000 };

/** How a list of an endpoint, requested with `query`, can be restricted to a range of time. */
export function timeRangeOf(
  { time }: Endpoint,
  query: Readonly<Record<string, unknown>>,
): TimeRange | undefined {
  if (time === undefined) return undefined;
  const { from, to, buckets, totals } = time;
  const range = { from, to, bounds: boundsOf(from, to) };
  if (totals) {
    const unsliceable = "its rows are totals over the range of time, and slices would return partial totals";
    return { ...range, field: from, order: "asc", unsliceable };
  }
  if (buckets !== undefined) {
    const width = String(query["bucket_width"] ?? buckets);
    const align = Object.hasOwn(bucketWidths, width) ? bucketWidths[width] : undefined;
    const unsliceable = align === undefined ? `the length of its buckets is not known: ${width}` : undefined;
    return { ...range, field: from, order: "asc", align, unsliceable };
  }
  const [name = ""] = from.split(/[[.]/);
  const field = time.field ?? name;
  const orderBy = query["order_by"] ?? field;
  return {
    ...range,
    field,
    // The API's documents name the default order of some lists. The others have their newest item first.
    order: (query["order"] ?? time.order) === "asc" ? "asc" : "desc",
    unsliceable:
      orderBy === field ? undefined : `it is ordered by ${String(orderBy)}, and not by the range of ${field}`,
  };
}

function boundsOf(from: string, to: string): TimeRange["bounds"] {
  if (/\bgt\b/.test(from)) return "exclusive";
  return /\blte\b/.test(to) ? "inclusive" : "half-open";
}
