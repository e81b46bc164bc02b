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
