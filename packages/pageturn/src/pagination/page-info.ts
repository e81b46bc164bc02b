/** A JSON object: what a list body and a JSON request body are. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether decoded JSON is an object: neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The parameters of a query, in the order in which they are written. */
export type QueryParams = Readonly<Record<string, unknown>>;

/**
 * What must change in a request to get the page beside it: exactly one of `params`, `url`, `json`.
 *
 * - `params` overlay the query of the request before.
 * - `url` replaces the path, and its query overlays the old one. It must stay on the same origin.
 * - `json` overlays the JSON body of the request before.
 */
export type PageInfo =
  | { readonly params: QueryParams; readonly url?: never; readonly json?: never }
  | { readonly url: string; readonly params?: never; readonly json?: never }
  | { readonly json: JsonObject; readonly params?: never; readonly url?: never };
