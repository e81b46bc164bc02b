/** Which part of the API an endpoint belongs to. */
export type Group = "ga" | "beta" | "admin" | "compliance";

export const groups: readonly Group[] = ["ga", "beta", "admin", "compliance"];

export const pageNames = ["Page", "PageCursor", "BidirectionalPageCursor"] as const;

export type PageName = (typeof pageNames)[number];

export const fieldTypes = [
  "string",
  "number",
  "boolean",
  "object",
  "string[]",
  "object[]",
  "Record<string, string>",
  "Record<string, object>",
] as const;

/** One field of an item, or of the body around the items. */
export interface Field {
  readonly name: string;
  readonly type: (typeof fieldTypes)[number];
  /** The values that are known; empty where any is. */
  readonly values: readonly string[];
  readonly nullable: boolean;
  readonly optional: boolean;
  /** The API version that brought the field. */
  readonly since: string | null;
  /** The API version that took it away. */
  readonly until: string | null;
}

/** A type of items without alternatives. */
export interface Variant {
  readonly type: string;
  readonly fields: readonly Field[];
}

/** What an endpoint lists. */
export interface Items {
  readonly type: string;
  /** The endpoint in whose entry the type is defined. */
  readonly definedBy: string;
  /** One alternative of the same name where the type is no union; none where nothing is known of the items. */
  readonly variants: readonly Variant[];
}

export const paramTypes = ["string", "integer", "boolean", "string[]", "date", "date-time"] as const;

/** A bound of `limit`: one number, or one for each value of another parameter. */
export type Bound = number | { readonly by: string; readonly values: Readonly<Record<string, number>> };

/** One query parameter. */
export interface Param {
  /** What callers write. */
  readonly name: string;
  /** What is sent: arrays as `name[]`. */
  readonly wire: string;
  readonly type: (typeof paramTypes)[number];
  readonly description: string;
  readonly required: boolean;
  /** The values that are allowed; empty where any is. */
  readonly values: readonly string[];
  readonly default: string | boolean | Bound | null;
  readonly min: number | null;
  readonly max: Bound | null;
}

/** One list of the API, with everything that its entry leaves to the defaults filled in. */
export interface CatalogEndpoint {
  /** The place in the resource tree, in wire names: `organization.usage_report.messages`. */
  readonly id: string;
  /** The data file the entry stands in, without `.json`: what is generated from it bears the same name. */
  readonly file: string;
  readonly group: Group;
  /** What it lists, as the end of "Lists …". */
  readonly lists: string;
  readonly path: string;
  readonly pathParams: readonly string[];
  readonly page: PageName;
  readonly itemsKey: string;
  readonly stability: "ga" | "beta";
  readonly supersededBy: string | null;
  /** Who may call it. */
  readonly auth: string;
  /** The betas each request names; null where callers cannot name any either. */
  readonly betas: readonly string[] | null;
  readonly notes: string | null;
  readonly params: readonly Param[];
  /** The fields of a body besides the items. */
  readonly body: readonly Field[];
  readonly items: Items;
}
