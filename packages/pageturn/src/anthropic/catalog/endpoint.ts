import type { PageName } from "./list-of.ts";

/** The largest page size, if it depends on another parameter. */
export interface LimitBy {
  /** The name of that parameter: `bucket_width`. */
  readonly by: string;
  /** The value that the API assumes if the parameter is left out. */
  readonly default: string;
  readonly values: Readonly<Record<string, number>>;
}

/** The properties of a list endpoint that the clients need at run time. */
export interface Endpoint {
  /** The place in the resource tree, in wire names: `skills.versions`. */
  readonly id: string;
  /** The path with its parameters in braces. */
  readonly path: string;
  readonly page: PageName;
  /** The betas that every request names in its `anthropic-beta` header. */
  readonly betas: readonly string[];
  /** The field of the body that holds the items, if it is not `data`. */
  readonly itemsKey?: string;
  /** An empty page may have no field for its items. */
  readonly itemsOptional?: true;
  /** The required query parameters. */
  readonly required?: readonly string[];
  /** The largest page size; absent if the API's documents do not name one. */
  readonly maxLimit?: number | LimitBy;
  /** The page size without `limit`, if it is not 20; `null` if it is not known. */
  readonly defaultLimit?: number | null;
  /** The range of time that it can be restricted to. */
  readonly time?: EndpointTime;
}

/** The range of time that the list of an endpoint can be restricted to. */
export interface EndpointTime {
  /** The parameters of its two ends: `created_at[gte]` and `created_at[lt]`. */
  readonly from: string;
  readonly to: string;
  /** The field of the items with their time, if it has another name than the parameters. */
  readonly field?: string | undefined;
  /** The order if the parameter `order` is left out. Default: newest first. */
  readonly order?: "asc";
  /** The items are buckets of time, oldest first: the value of `bucket_width` if it is left out. */
  readonly buckets?: string;
  /** The items are totals over the range. */
  readonly totals?: true;
}

/** A row of the runtime table. It leaves out what follows from the path, because browsers load every byte. */
export interface EndpointRow extends Omit<Endpoint, "id" | "page" | "betas"> {
  /** The id, if it does not follow from the path. */
  readonly id?: string;
  /** Default: `PageCursor`. */
  readonly page?: Endpoint["page"];
  /** Default: none. */
  readonly betas?: Endpoint["betas"];
  /** The id is the one that follows from the path, prefixed with `beta.`. */
  readonly beta?: true;
}

/** Returns the endpoint of a row. The id of `/v1/organizations/users` is `organization.users`. */
export function endpointOf(row: EndpointRow): Endpoint {
  const { path, beta } = row;
  const place = path
    .slice("/v1/".length)
    .replaceAll(/\/\{\w+\}/g, "")
    .replaceAll("/", ".");
  const id = row.id ?? (beta === true ? "beta." : "") + place.replace(/^organizations/, "organization");
  return { page: "PageCursor", betas: [], ...row, id };
}

/**
 * Returns the value of `limit: "max"` in a request with these parameters; `undefined` if the catalog does not
 * know it.
 */
export function largestPage(
  { maxLimit }: Endpoint,
  params: Readonly<Record<string, unknown>>,
): number | undefined {
  if (typeof maxLimit !== "object") return maxLimit;
  const value = String(params[maxLimit.by] ?? maxLimit.default);
  return Object.hasOwn(maxLimit.values, value) ? maxLimit.values[value] : undefined;
}
