import type { PageName } from "./list-of.ts";

/** The largest page where it depends on another parameter. */
export interface LimitBy {
  /** That parameter: `bucket_width`. */
  readonly by: string;
  /** What the API takes it to be where it is left out. */
  readonly default: string;
  readonly values: Readonly<Record<string, number>>;
}

/** What the clients need to know of a list endpoint at run time. */
export interface Endpoint {
  /** The place in the resource tree, in wire names: `skills.versions`. */
  readonly id: string;
  /** The path with its parameters in braces. */
  readonly path: string;
  readonly page: PageName;
  /** Betas that every request names in its `anthropic-beta` header. */
  readonly betas: readonly string[];
  /** Where bodies keep their items, if not under `data`. */
  readonly itemsKey?: string;
  /** Query parameters that the API cannot do without. */
  readonly required?: readonly string[];
  /** The largest page; left out where the API's documents name none. */
  readonly maxLimit?: number | LimitBy;
}

/** An endpoint as the runtime table holds it: most ids follow from the path, and browsers load every byte. */
export interface EndpointRow extends Omit<Endpoint, "id" | "page" | "betas"> {
  /** The id, where it does not follow from the path. */
  readonly id?: string;
  /** Default `PageCursor`. */
  readonly page?: Endpoint["page"];
  /** Default none. */
  readonly betas?: Endpoint["betas"];
  /** The id is that of the path, below `beta`. */
  readonly beta?: true;
}

/** The endpoint of a row: `/v1/organizations/users` is `organization.users`. */
export function endpointOf(row: EndpointRow): Endpoint {
  const { path, beta } = row;
  const place = path
    .slice("/v1/".length)
    .replaceAll(/\/\{\w+\}/g, "")
    .replaceAll("/", ".");
  const id = row.id ?? (beta === true ? "beta." : "") + place.replace(/^organizations/, "organization");
  return { page: "PageCursor", betas: [], ...row, id };
}

/** What `limit: "max"` stands for in a request with these parameters; undefined where the catalog does not know. */
export function largestPage(
  { maxLimit }: Endpoint,
  params: Readonly<Record<string, unknown>>,
): number | undefined {
  if (typeof maxLimit !== "object") return maxLimit;
  const value = String(params[maxLimit.by] ?? maxLimit.default);
  return Object.hasOwn(maxLimit.values, value) ? maxLimit.values[value] : undefined;
}
