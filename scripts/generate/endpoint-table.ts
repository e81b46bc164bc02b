import type { Bound, CatalogEndpoint } from "./catalog.ts";
import { SourceFile } from "./source-file.ts";

/** The file of the runtime table: no more than the clients need, as every browser loads it. */
export function endpointTable(endpoints: readonly CatalogEndpoint[]): SourceFile {
  const file = new SourceFile("endpoints.ts");
  file.importType("Endpoint", "../endpoint.ts");
  file.add(`/** The list endpoints that the clients know. */
export const endpoints: readonly Endpoint[] = [
${endpoints.map(row).join("\n")}
];`);
  return file;
}

function row(endpoint: CatalogEndpoint): string {
  const { id, path, page, itemsKey, betas } = endpoint;
  const maxLimit = endpoint.params.find(({ name }) => name === "limit")?.max ?? null;
  const fields = {
    id,
    path,
    page,
    betas: betas ?? [],
    itemsKey: itemsKey === "data" ? undefined : itemsKey,
    maxLimit: maxLimit === null ? undefined : largest(maxLimit, endpoint),
  };
  return `${literal(fields)},`;
}

function largest(bound: Bound, { params }: CatalogEndpoint): unknown {
  if (typeof bound === "number") return bound;
  return { ...bound, default: params.find(({ name }) => name === bound.by)?.default };
}

/** A value as TypeScript source on one line, without quotes around plain keys. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => `${/^[a-z_]\w*$/i.test(key) ? key : JSON.stringify(key)}: ${literal(each)}`);
  return `{ ${members.join(", ")} }`;
}
