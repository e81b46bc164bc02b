import { ConfigurationError } from "../errors/pageturn-error.ts";
import { byName, type WireQuery } from "../pagination/request/query.ts";

const PARAMETER = /\{([^{}]+)\}/g;

/** `.` and `..`, also where a dot is already percent-encoded: servers and proxies resolve both. */
function isDotSegment(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

/**
 * The path with its parameters filled in, each percent-encoded, `/ ? # %` included. The values come in the order of
 * the template.
 *
 * @example
 * ```ts
 * fillPath("/v1/skills/{skill_id}/versions", ["a/b"]); // "/v1/skills/a%2Fb/versions"
 * ```
 *
 * @throws {@link ConfigurationError} where a value is missing, not text, empty, `.` or `..`.
 */
export function fillPath(template: string, values: readonly unknown[]): string {
  let at = 0;
  return template.replace(PARAMETER, (_, name: string) => {
    const value = values[at++];
    const refused = (what: string): ConfigurationError =>
      new ConfigurationError(
        `Cannot fill in ${template} as the path parameter ${name} ${what}: pass the id as non-empty text`,
      );
    if (typeof value !== "string") throw refused("is not text");
    if (value === "") throw refused("is empty");
    if (isDotSegment(value)) throw refused(`is "${value}", which leads to another path`);
    try {
      return encodeURIComponent(value);
    } catch {
      throw refused("is not well formed");
    }
  });
}

/**
 * Splits a path as `getAPIList` takes it: it may have a query, and it may be a whole URL under the base URL.
 *
 * Throws {@link ConfigurationError} for a URL of another origin: the client's credentials would go there.
 */
export function listPath(path: string, baseURL: string): { path: string; query: WireQuery } {
  const text = typeof path === "string" ? path : "";
  const relative = text.startsWith(`${baseURL}/`) ? text.slice(baseURL.length) : text;
  const [bare = "", query = ""] = relative.replace(/#.*$/s, "").split(/\?(.*)/s);
  // A whole URL, or what a parser of URLs reads otherwise than we do: it takes `\` for `/`, and leaves out line breaks.
  const isOther = /^(?:[a-z][a-z\d+.-]*:|\/\/)|[\\\t\r\n]/i.test(bare);
  if (bare === "" || isOther || bare.split("/").some(isDotSegment)) {
    throw new ConfigurationError(
      `Cannot list ${JSON.stringify(text.slice(0, 200))} as it must be a path under the client's baseURL ${baseURL}, ` +
        'such as "/v1/models": the credentials go with it',
    );
  }
  return { path: bare.startsWith("/") ? bare : `/${bare}`, query: byName(new URLSearchParams(query)) };
}

/** Segments that repeat right behind themselves in the path of a URL: `v1` in `/proxy/v1/v1/models`. Null for none. */
export function repeatedSegments(url: string): string | null {
  const segments = new URL(url).pathname.split("/").slice(1);
  // No API has a longer prefix than `api/v1`, and some more.
  for (let length = 1; length <= 3; length += 1) {
    for (let at = 0; at + 2 * length <= segments.length; at += 1) {
      const run = segments.slice(at, at + length).join("/");
      if (run !== "" && run === segments.slice(at + length, at + 2 * length).join("/")) return run;
    }
  }
  return null;
}
