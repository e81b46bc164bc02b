import { ConfigurationError } from "../errors/configuration-error.ts";

const PARAMETER = /\{([^{}]+)\}/g;
/** `.` and `..`, also where a dot is already percent-encoded: servers and proxies resolve both. */
export function isDotSegment(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

function refuse(template: string, name: string, what: string): ConfigurationError {
  return new ConfigurationError(
    `Cannot fill "${template}" as the path parameter "${name}" ${what}. Pass the id as non-empty text.`,
  );
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object"
    ? "an object, perhaps the parameters that belong behind it"
    : `a ${typeof value}`;
}

function encodeSegment(template: string, param: { name: string; value: string }): string {
  try {
    return encodeURIComponent(param.value);
  } catch {
    throw refuse(template, param.name, "holds half of a surrogate pair");
  }
}

/**
 * The path with its parameters filled in, each percent-encoded, `/ ? # %` included.
 *
 * `params` are the values in the order of the template, or by name.
 *
 * @example
 * ```ts
 * fillPath("/v1/skills/{skill_id}/versions", ["skill_01"]); // "/v1/skills/skill_01/versions"
 * fillPath("/v1/skills/{skill_id}/versions", { skill_id: "a/b" }); // "/v1/skills/a%2Fb/versions"
 * ```
 *
 * @throws {@link ConfigurationError} where a value is missing, no text, empty, `.` or `..`, or is one too many.
 */
export function fillPath(
  template: string,
  params: readonly string[] | Readonly<Record<string, string>>,
): string {
  const inOrder = Array.isArray(params);
  const values = new Map<string, unknown>(Object.entries(params));
  let count = 0;
  const path = template.replace(PARAMETER, (_, name: string) => {
    const value = values.get(inOrder ? String(count) : name);
    count += 1;
    if (typeof value !== "string") throw refuse(template, name, `must be a string: it is ${describe(value)}`);
    if (value === "") throw refuse(template, name, "is empty");
    if (isDotSegment(value)) throw refuse(template, name, `is "${value}", which points to another path`);
    return encodeSegment(template, { name, value });
  });
  if (inOrder && params.length > count) {
    throw new ConfigurationError(
      `Cannot fill "${template}" as it has ${count} path parameter(s): ${params.length} values were given. ` +
        "Leave out the values that are too many; filters go into the parameters object.",
    );
  }
  return path;
}
