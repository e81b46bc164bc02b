/** `usage_report` -> `usageReport`: the tree and path parameters speak TypeScript, the wire does not. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `organization.usage_report` -> `OrganizationUsageReport`. */
export function pascalCase(name: string): string {
  return name
    .split(".")
    .map((part) => camelCase(`_${part}`))
    .join("");
}

/** How a caller writes the place of an endpoint: `client.organization.usageReport`. */
export function clientPath(id: string): string {
  return `client.${id.split(".").map(camelCase).join(".")}`;
}

/** How a caller writes the call: `client.skills.versions.list(skillId)`. */
export function clientCall(endpoint: {
  readonly id: string;
  readonly pathParams: readonly string[];
}): string {
  return `${clientPath(endpoint.id)}.list(${endpoint.pathParams.map(camelCase).join(", ")})`;
}

/** The names that are generated from an endpoint, besides those of its items. */
export function generatedNames(id: string): {
  readonly resource: string;
  readonly params: string;
  readonly pageFields: string;
} {
  const place = pascalCase(id);
  return { resource: `${place}Resource`, params: `${place}ListParams`, pageFields: `${place}PageFields` };
}

/** The place of an endpoint in the types: `organization.usage_report` -> `Organization.UsageReport`. */
export function typePath(id: string): string {
  return id.split(".").map(pascalCase).join(".");
}
