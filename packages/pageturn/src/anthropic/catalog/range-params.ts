import type { APIList } from "./api-catalog.ts";

/** The parameters of the range of time of a list. */
export interface RangeParams {
  /** The name of the parameter for the start. */
  readonly from: string;
  readonly to: string;
  /** The field of the items with their time. */
  readonly field: string;
  /** Whether both are dates without a time. */
  readonly isDate: boolean;
  /** Whether the list has what is exactly at the start, and what is exactly at the end: `"half-open"` has the start alone. */
  readonly bounds: "half-open" | "inclusive" | "exclusive";
  /** Whether the oldest items come first. */
  readonly isAscending: boolean;
}

/**
 * Returns the parameters of the range of time of a list; `undefined` if it has none.
 *
 * @example
 * ```ts
 * import { apiCatalog, rangeParams } from "pageturn/catalog";
 *
 * const list = apiCatalog().endpoints.find(({ id }) => id === "compliance.activities");
 * if (list !== undefined) console.log(rangeParams(list)?.from); // created_at.gte
 * ```
 */
export function rangeParams({ time, queryParams }: APIList): RangeParams | undefined {
  if (time === undefined) return undefined;
  const [from, to] = [time.from, time.to].map((name) =>
    queryParams.find((param) => param.wire === name || param.name === name),
  );
  if (from === undefined || to === undefined) return undefined;
  const [name = ""] = from.name.split(/[[.]/);
  return {
    from: from.name,
    to: to.name,
    field: time.field ?? name,
    isDate: from.type === "date",
    bounds: /\bgt\b/.test(from.wire) ? "exclusive" : /\blte\b/.test(to.wire) ? "inclusive" : "half-open",
    isAscending: time.order === "asc" || time.buckets !== undefined || time.totals === true,
  };
}
