import type { PageName } from "./list-of.ts";

/** The page classes that the mock server can serve. */
export type ServedPageClass = PageName | "TokenPage";

/** One field of an item or of a page. */
export interface ServedField {
  readonly name: string;
  /**
   * `"string"`, `"number"`, `"boolean"`, `"null"`, `"json"` (any value), `"object"` or a name in `shapes`; arrays (`"string[]"`),
   * records (`"Record<string, number>"`) and unions (`"string | Note[]"`) of them.
   */
  readonly type: string;
  /** The allowed values, if they are known. */
  readonly enum?: readonly (string | number | boolean | null)[] | undefined;
  /** The field may be absent. */
  readonly optional?: boolean | undefined;
  /** The value may be `null`. */
  readonly nullable?: boolean | undefined;
}

/** One member of a union of item types. */
export interface ServedVariant {
  readonly type: string;
  readonly fields: readonly ServedField[];
}

/** A type of fields: an object with these fields, or one of several shapes. */
export type ServedShape = { readonly fields: readonly ServedField[] } | { readonly union: readonly string[] };

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

/**
 * The fields of an item, or the alternatives if items are a union. Without fields, items get a few plain ones.
 */
export type ServedItems = readonly ServedField[] | { readonly union: readonly ServedVariant[] };

/**
 * One list that the mock server serves, as plain JSON.
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
 *   envelope: [
 *     { name: "data", type: "object[]" },
 *     { name: "has_more", type: "boolean" },
 *     { name: "next_page", type: "string", nullable: true },
 *   ],
 *   betaHeader: [],
 *   queryParams: [{ wire: "limit", default: 10, min: 1, max: 50 }],
 *   itemFields: [{ name: "id", type: "string" }, { name: "text", type: "string" }],
 * };
 * ```
 */
export interface ServedEndpoint {
  /** The name of the list in the option `items`: `"messages.batches"`. */
  readonly id: string;
  /** The path with its parameters in braces: `"/v1/skills/{skill_id}/versions"`. */
  readonly path: string;
  /** The page class, which determines the cursor parameter: `after_id`, `page_token` or `page`. */
  readonly page: ServedPageClass;
  /** The field of the body that holds the items, usually `"data"`. */
  readonly itemsKey: string;
  /** The fields of the body, in the order in which they are written. */
  readonly envelope: readonly ServedField[];
  /** The values of `anthropic-beta` that a request for this shape must name. */
  readonly betaHeader: readonly string[];
  /** The parameters that the server checks. It ignores all others. */
  readonly queryParams: readonly ServedParam[];
  readonly itemFields: ServedItems;
  /** The types that fields name. Default: none. */
  readonly shapes?: Readonly<Record<string, ServedShape>> | undefined;
}
