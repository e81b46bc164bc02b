import { ConfigurationError } from "../errors/pageturn-error.ts";

const PARAMETER = /\{([^{}]+)\}/g;
/** `.` and `..`, also where a dot is already percent-encoded: servers and proxies resolve both. */
export function isDotSegment(segment: string): boolean {
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
 * @throws {@link ConfigurationError} where a value is missing, no text, empty, `.` or `..`.
 */
export function fillPath(template: string, values: readonly unknown[]): string {
  let at = 0;
  return template.replace(PARAMETER, (_, name: string) => {
    const value = values[at++];
    const refused = (what: string): ConfigurationError =>
      new ConfigurationError(
        `Cannot fill in ${template} as the path parameter ${name} ${what}: pass the id as non-empty text`,
      );
    if (typeof value !== "string") throw refused("is no text");
    if (value === "") throw refused("is empty");
    if (isDotSegment(value)) throw refused(`is "${value}", which leads to another path`);
    try {
      return encodeURIComponent(value);
    } catch {
      throw refused("is not well formed");
    }
  });
}
