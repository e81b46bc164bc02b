import { ConfigurationError } from "../errors/configuration-error.ts";
import { isDotSegment } from "../http/path-template.ts";
import { byName } from "../pagination/wire-query.ts";

/**
 * A path as it is given to `getAPIList`, taken apart: it may carry a query, and it may be a whole URL.
 *
 * Throws {@link ConfigurationError} for a URL of another origin: the client's credentials would go there.
 */
export function listPath(
  path: string,
  baseURL: string,
): { path: string; query: Readonly<Record<string, unknown>> } {
  if (typeof path !== "string" || path === "") {
    throw new ConfigurationError(
      `Cannot list a path that is ${path === "" ? "empty" : "no text"}: pass one such as "/v1/models"`,
    );
  }
  const relative = withoutBase(path, baseURL).replace(/#.*$/s, "");
  const mark = relative.indexOf("?");
  const bare = mark < 0 ? relative : relative.slice(0, mark);
  const rooted = bare.startsWith("/") ? bare : `/${bare}`;
  if (rooted.split("/").some(isDotSegment)) {
    throw new ConfigurationError(
      `Cannot list ${JSON.stringify(path)} as it has a part "." or "..", which leads to another path`,
    );
  }
  return { path: rooted, query: mark < 0 ? {} : byName(new URLSearchParams(relative.slice(mark + 1))) };
}

function withoutBase(path: string, baseURL: string): string {
  if (!/^(?:[a-z][a-z\d+.-]*:|[/\\]{2})/i.test(path)) return path;
  if (path === baseURL || path.startsWith(`${baseURL}/`) || path.startsWith(`${baseURL}?`)) {
    return path.slice(baseURL.length);
  }
  throw new ConfigurationError(
    `Cannot list ${JSON.stringify(path.slice(0, 200))} as it is not under the client's baseURL ${baseURL}, and the ` +
      "credentials would go with it. Make a client with that baseURL, or pass a path",
  );
}
