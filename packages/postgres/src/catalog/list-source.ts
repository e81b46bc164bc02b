import type { AsyncAnthropic, AsyncListOptions, AsyncPaginator } from "pageturn";
import { type APIList, apiCatalog, clientList, rangeParams } from "pageturn/catalog";
import type { MirrorMode } from "../mirror/mirror-types.ts";
import { MirrorError } from "../mirror-error.ts";

/** The list with an id of the catalog. Throws for another text. */
export function listOf(id: string): APIList {
  const found = apiCatalog().endpoints.find((list) => list.id === id);
  if (found === undefined) {
    throw new MirrorError(
      `Cannot mirror ${JSON.stringify(id)} because the catalog has no list with this name`,
    );
  }
  return found;
}

/** The parameter for one day of a report; `undefined` if it has none. */
export function dayParam({ queryParams }: APIList): string | undefined {
  return queryParams.find(({ effect }) => effect?.does === "day")?.name;
}

/** Whether each request of a report can be for one day only, because its rows are totals over the range. */
export function isDaily({ report }: APIList): boolean {
  return report === "groups" || report === "objects";
}

const WIDTHS: Readonly<Record<string, number>> = { "1m": 60_000, "1h": 3_600_000, "1d": 86_400_000 };

/** The length of the buckets of a report in milliseconds. */
export function bucketWidth(list: APIList, parameters: Readonly<Record<string, unknown>>): number {
  const width = list.queryParams.find(({ effect }) => effect?.does === "width");
  const value = String(parameters[width?.name ?? ""] ?? width?.default ?? "1d");
  const length = isDaily(list) ? WIDTHS["1d"] : Object.hasOwn(WIDTHS, value) ? WIDTHS[value] : undefined;
  if (length === undefined) {
    throw new MirrorError(
      `Cannot mirror ${list.id} because the length of its buckets is not known: ${value}`,
    );
  }
  return length;
}

/**
 * The mode that fits a list. Reports are buckets. A list is a feed if it can be restricted to a range of time and its items
 * have no other time or status: what can change has to be seen again.
 */
export function defaultMode(list: APIList): MirrorMode {
  if (list.report !== undefined) return "buckets";
  const range = rangeParams(list);
  if (range === undefined || list.pathParams.length > 0) return "snapshot";
  const fields =
    "union" in list.itemFields ? list.itemFields.union.flatMap(({ fields }) => fields) : list.itemFields;
  const changes = fields.some(({ name }) => (/_at$/.test(name) && name !== range.field) || name === "status");
  return changes ? "snapshot" : "feed";
}

/** The largest page that a list allows; `undefined` if it is not known, or better left to the API. */
function pageLimit(list: APIList, parameters: Readonly<Record<string, unknown>>): "max" | undefined {
  const limit = list.queryParams.find(({ name }) => name === "limit");
  if (limit?.max === undefined || limit.max === null) return undefined;
  // A usage report with many groups can refuse its largest page with status 400.
  const groups = parameters["group_by"];
  return list.report === "buckets" && Array.isArray(groups) && groups.length > 2 ? undefined : "max";
}

/** What a list is opened with. */
export interface ListRequest {
  readonly pathArgs: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Without one, the workspace is that of the client. */
  readonly workspaceId?: string | null;
  readonly options?: AsyncListOptions;
}

/** A list of the client with the name of the catalog. Nothing is sent before it is used. */
export function openList(
  client: AsyncAnthropic,
  list: APIList,
  { pathArgs, parameters, workspaceId = null, options = {} }: ListRequest,
): AsyncPaginator<unknown> {
  const limit = pageLimit(list, parameters);
  const all = { ...(limit !== undefined && { limit }), ...parameters };
  const workspace = workspaceId === null ? {} : { workspaceId };
  return clientList(client, list).list(...pathArgs, all, { ...options, ...workspace });
}
