import { ConfigurationError } from "../errors/configuration-error.ts";
import type { QueryParams } from "../pagination/page-info.ts";
import { wirePairs } from "../pagination/wire-query.ts";

/** Most names and values are made of these alone, and then need no encoding. */
const UNRESERVED = /^[\w.~-]*$/;

/**
 * The query of a URL, without the `?`, in the order of the keys; `""` where nothing is to be sent.
 *
 * `undefined` and `null` are left out, inside arrays too. Arrays are written `a[]=x`, nested objects
 * `a[b]=x`, with the brackets percent-encoded; an empty array is left out and `""` is sent as `a=`.
 *
 * @example
 * ```ts
 * queryString({ limit: 20, "created_at[gte]": new Date(0), statuses: ["idle", "busy"] });
 * // "limit=20&created_at%5Bgte%5D=1970-01-01T00%3A00%3A00.000Z&statuses%5B%5D=idle&statuses%5B%5D=busy"
 * ```
 *
 * @throws {@link ConfigurationError} for a value that has no text: `NaN`, a function, a class instance.
 */
export function queryString(params: QueryParams): string {
  let query = "";
  for (const [name, text] of wirePairs(params)) query += `&${encode(name, name)}=${encode(text, name)}`;
  return query.slice(1);
}

function encode(text: string, name: string): string {
  if (UNRESERVED.test(text)) return text;
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw new ConfigurationError(`Cannot send the query parameter "${name}" as its text is not well formed`, {
      cause,
    });
  }
}
