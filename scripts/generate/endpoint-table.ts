import { type EndpointRow, endpointOf } from "../../packages/pageturn/src/anthropic/catalog/endpoint.ts";
import type { Bound, CatalogEndpoint } from "./catalog.ts";
import { SourceFile } from "./source-file.ts";
import { timeRange } from "./time-range.ts";

/** The file of the runtime table. It holds only what the clients need, because browsers load it. */
export function endpointTable(endpoints: readonly CatalogEndpoint[]): SourceFile {
  const file = new SourceFile("endpoints.ts");
  file.importType("Endpoint", "../endpoint.ts");
  file.importType("EndpointRow", "../endpoint.ts");
  file.importValue("endpointOf", "../endpoint.ts");
  file.add(`const rows: readonly EndpointRow[] = [
${endpoints.map(row).join("\n")}
];`);
  file.add(`/** The list endpoints that the clients know. */
export const endpoints: readonly Endpoint[] = rows.map(endpointOf);`);
  return file;
}

function row(endpoint: CatalogEndpoint): string {
  const { id, path, page, itemsKey, betas, body } = endpoint;
  const limit = endpoint.params.find(({ name }) => name === "limit");
  const maxLimit = limit?.max ?? null;
  const defaultLimit = typeof limit?.default === "number" ? limit.default : null;
  const required = endpoint.params.filter((param) => param.required).map(({ name }) => name);
  const rest: EndpointRow = { path };
  const isPlain = endpointOf(rest).id === id;
  const isBeta = endpointOf({ ...rest, beta: true }).id === id;
  const fields = {
    path,
    id: isPlain || isBeta ? undefined : id,
    beta: isBeta || undefined,
    page: page === "PageCursor" ? undefined : page,
    betas: betas?.length ? betas : undefined,
    itemsKey: itemsKey === "data" ? undefined : itemsKey,
    itemsOptional: body?.some(({ name, optional }) => name === itemsKey && optional) || undefined,
    required: required.length === 0 ? undefined : required,
    defaultLimit: defaultLimit === 20 ? undefined : defaultLimit,
    maxLimit: maxLimit === null ? undefined : largest(maxLimit, endpoint),
    time: timeRange(endpoint),
  };
  return `${literal(fields)},`;
}

function largest(bound: Bound, { params }: CatalogEndpoint): unknown {
  if (typeof bound === "number") return bound;
  return { ...bound, default: params.find(({ name }) => name === bound.by)?.default };
}

/** A value as TypeScript source on one line, without quotes around plain keys. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => `${/^[a-z_]\w*$/i.test(key) ? key : JSON.stringify(key)}: ${literal(each)}`);
  return `{ ${members.join(", ")} }`;
}
