import type { PageName } from "./list-of.ts";

/** The page classes the mock server can answer with. */
export type ServedPageClass = PageName | "TokenPage";

/** One field of an item, as the catalog writes it. */
export interface ServedField {
  readonly name: string;
  /** `"string"`, `"number"`, `"boolean"`, `"object"`, `"string[]"`, `"object[]"` or `"Record<string, …>"`. */
  readonly type: string;
  /** The allowed values, where they are known. */
  readonly enum?: readonly (string | number | boolean | null)[] | undefined;
  /** Absent from some items. */
  readonly optional?: boolean | undefined;
  /** Null in some items. */
  readonly nullable?: boolean | undefined;
}

/** One member of a union of item types. */
export interface ServedVariant {
  readonly type: string;
  readonly fields: readonly ServedField[];
}

/** A bound of `limit`: one number, or one number for each value of `bucket_width`. */
export type ServedLimit = number | null | Readonly<Record<string, number>>;

/** One query parameter. */
export interface ServedParam {
  /** The name on the wire, brackets included: `ids[]`, `created_at[gte]`. */
  readonly wire: string;
  readonly required?: boolean | undefined;
  readonly default?: unknown;
  readonly min?: ServedLimit | undefined;
  readonly max?: ServedLimit | undefined;
}

/** The fields of an item, or the alternatives where items are a union; none where nothing is known of them. */
export type ServedItems = readonly ServedField[] | { readonly union: readonly ServedVariant[] };

/**
 * One list the mock server serves, as data: an entry of the catalog with all that is known of it.
 *
 * @example
 * ```ts
 * import type { ServedEndpoint } from "pageturn/testing";
 *
 * const notes: ServedEndpoint = {
 *   id: "notes",
 *   path: "/v1/notes",
 *   page: "TokenPage",
 *   itemsKey: "data",
 *   envelope: ["data: array", "has_more: boolean", "next_page: string|null"],
 *   betaHeader: [],
 *   queryParams: [{ wire: "limit", default: 10, min: 1, max: 50 }],
 *   itemFields: [{ name: "id", type: "string" }, { name: "text", type: "string" }],
 * };
 * ```
 */
export interface ServedEndpoint {
  /** The name under which `items` counts it: `"messages.batches"`. */
  readonly id: string;
  /** The path, its parameters in braces: `"/v1/skills/{skill_id}/versions"`. */
  readonly path: string;
  readonly page: ServedPageClass;
  /** The field of the body that holds the items, mostly `"data"`. */
  readonly itemsKey: string;
  /** The fields of the body, each as `"name: type"`, or `"name?: type"` where it may be absent. */
  readonly envelope: readonly string[];
  /** The values `anthropic-beta` must carry for this shape. */
  readonly betaHeader: readonly string[];
  readonly queryParams: readonly ServedParam[];
  readonly itemFields: ServedItems;
}
