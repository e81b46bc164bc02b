import { ConfigurationError } from "../errors/configuration-error.ts";
import { isDotSegment } from "../http/path-template.ts";
import { byName, type WireQuery } from "../pagination/wire-query.ts";

/**
 * A path as it is given to `getAPIList`, taken apart: it may carry a query, and it may be a whole URL.
 *
 * Throws {@link ConfigurationError} for a URL of another origin: the client's credentials would go there.
 */
export function listPath(path: string, baseURL: string): { path: string; query: WireQuery } {
  const given = typeof path === "string" ? path : "";
  const relative = given.startsWith(`${baseURL}/`) ? given.slice(baseURL.length) : given;
  const [bare = "", query = ""] = relative.replace(/#.*$/s, "").split(/\?(.*)/s);
  // A whole URL, or what a parser of URLs reads otherwise than we do: it takes `\` for `/`, and leaves out line breaks.
  const isOther = /^(?:[a-z][a-z\d+.-]*:|\/\/)|[\\\t\r\n]/i.test(bare);
  if (bare === "" || isOther || bare.split("/").some(isDotSegment)) {
    throw new ConfigurationError(
      `Cannot list ${JSON.stringify(given.slice(0, 200))} as it must be a path under the client's baseURL ${baseURL}, ` +
        'such as "/v1/models": the credentials go with it',
    );
  }
  return { path: bare.startsWith("/") ? bare : `/${bare}`, query: byName(new URLSearchParams(query)) };
}
