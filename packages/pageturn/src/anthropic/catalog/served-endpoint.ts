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

/**
 * What a parameter does to a list, besides cursors, `limit`, `order`, `order_by` and `ids[]`, which the server knows by
 * their names:
 *
 * - `equals`, `oneOf`, `noneOf`: only items that have the value, one of the values, or none of them. `equalsText` ignores
 *   the case.
 * - `startsWith`: only items whose text begins with the value.
 * - `exists`: only items with (`true`) or without (`false`) the field.
 * - `after`, `from`, `before`, `until`: only items whose time is `>`, `>=`, `<` or `<=` the value.
 * - `shows`: items that are not listed otherwise. The field is null for all others.
 * - `reveals`: `full` keeps the field, which is null otherwise.
 * - `cuts`: cuts the text of content blocks of this type.
 * - `folds`: `1` lists what is directly below `path_prefix`, and folders instead of what is in them.
 * - `finds`: only the one item with the value; `names` answers 404 if there is none.
 * - `selects`: another list, all of whose items have the value in the field, if one is named.
 * - `relates`: only items that belong to one of the values, which they do not show.
 * - `starts`, `ends`, `day`, `width`: the range of time of a report, and the length of its buckets.
 * - `splits`, `restricts`: the dimensions of a report that get rows of their own, and the ones that are counted.
 *   `omits` leaves out actors where the field is true.
 */
export const effectNames = [
  "equals",
  "equalsText",
  "oneOf",
  "noneOf",
  "startsWith",
  "exists",
  "after",
  "from",
  "before",
  "until",
  "shows",
  "reveals",
  "cuts",
  "folds",
  "finds",
  "names",
  "selects",
  "relates",
  "splits",
  "restricts",
  "omits",
  "starts",
  "ends",
  "day",
  "width",
] as const;

/** The name of what a parameter does to a list. */
export type ServedEffectName = (typeof effectNames)[number];

/** What a parameter does to a list. */
export interface ServedEffect {
  readonly does: ServedEffectName;
  /** The path of the field: `agent.id`. Alternatives are separated by `|`. */
  readonly on?: string | undefined;
  /** It does so beside this parameter alone. */
  readonly beside?: string | undefined;
}

/** The types of parameters whose values the server checks. */
export type ServedParamType = "string" | "integer" | "boolean" | "string[]" | "date" | "date-time";

/** One query parameter. */
export interface ServedParam {
  /** The name on the wire, brackets included: `ids[]`, `created_at[gte]`. */
  readonly wire: string;
  /** Default: `"string"`. */
  readonly type?: ServedParamType | undefined;
  /** The values that are allowed. Default: any. */
  readonly values?: readonly string[] | undefined;
  readonly effect?: ServedEffect | undefined;
  /** The parameter is refused without these. */
  readonly needs?: readonly string[] | undefined;
  /** The parameter is refused beside these. */
  readonly excludes?: readonly string[] | undefined;
  readonly required?: boolean | undefined;
  readonly default?: unknown;
  readonly min?: ServedLimit | undefined;
  readonly max?: ServedLimit | undefined;
}

/**
 * What the items of a report are: `buckets` of time with results, one row for each group (`groups`), one for each
 * object, split by group (`objects`), or one for each day (`days`).
 */
export type ServedReport = "buckets" | "groups" | "objects" | "days";

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
  /** The parameters that the server checks. */
  readonly queryParams: readonly ServedParam[];
  /** What happens to other parameters. Default: `"ignored"`. */
  readonly otherParams?: "ignored" | "refused" | undefined;
  /** A cursor is refused beside other filters than those of the request that it comes from. Default: `false`. */
  readonly cursorsKeepFilters?: boolean | undefined;
  /** The list is computed for a range of time: see {@link ServedReport}. Default: it is a list of objects. */
  readonly report?: ServedReport | undefined;
  readonly itemFields: ServedItems;
  /** The types that fields name. Default: none. */
  readonly shapes?: Readonly<Record<string, ServedShape>> | undefined;
}
