import type { AsyncAnthropic, AsyncListOptions, AsyncPaginator } from "pageturn";
import { type APIList, apiCatalog, clientList, rangeParams, valueAt } from "pageturn/catalog";
import type { MirrorMode } from "../mirror/mirror-types.ts";
import { MirrorError } from "../mirror-error.ts";
import { timeText } from "./row-values.ts";

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

/** A list of a mirror: as the catalog has it, or with nothing but its name if this release does not have it any more. */
export function storedListOf(id: string): APIList {
  const found = apiCatalog().endpoints.find((list) => list.id === id);
  return (
    found ?? {
      id,
      lists: "",
      auth: "",
      stability: "ga",
      path: "",
      pathParams: [],
      page: "Page",
      itemsKey: "data",
      envelope: [],
      betaHeader: [],
      queryParams: [],
      itemFields: [],
    }
  );
}

/** Why a list of a mirror cannot be requested; `undefined` if the catalog has it. */
export function unknownReason(id: string): string | undefined {
  if (storedListOf(id).path !== "") return undefined;
  return `the catalog of this release has no list ${id}: remove it from the mirror, or use a release that has it`;
}

/** The parameter for one day of a report; `undefined` if it has none. */
export function dayParam({ queryParams }: APIList): string | undefined {
  return queryParams.find(({ effect }) => effect?.does === "day")?.name;
}

const CURSORS = ["after_id", "before_id", "page", "page_token", "cursor"];

/** Whether a parameter, by its name, says where a list begins: the mirror sets it. */
export function isCursor(name: string): boolean {
  return CURSORS.includes(name);
}

/** Whether each request of a report can be for one day only, because its rows are totals over the range. */
export function isDaily({ report }: APIList): boolean {
  return report === "groups" || report === "objects";
}

/** Whether the numbers of a report arrive about a day late, as those of all analytics do. */
export function isLagging({ id, report }: APIList): boolean {
  // Not by the texts of the catalog: those of some of these reports do not say so.
  return report !== undefined && /\banalytics\./.test(id);
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

/**
 * The largest page that a list allows, or one of `atMost` items; `undefined` if the largest is not known, or better left to the API. The limit
 * of a report is one of buckets, which may have no rows.
 */
function pageLimit(
  list: APIList,
  parameters: Readonly<Record<string, unknown>>,
  atMost: number | undefined,
): number | "max" | undefined {
  const limit = list.queryParams.find(({ name }) => name === "limit");
  if (limit?.max === undefined || limit.max === null) return undefined;
  // A usage report with many groups can refuse its largest page with status 400.
  const groups = parameters["group_by"];
  if (list.report === "buckets" && Array.isArray(groups) && groups.length > 2) return undefined;
  const isOfItems = list.report !== "buckets" && typeof limit.max === "number";
  return atMost !== undefined && isOfItems && atMost < limit.max ? atMost : "max";
}

/** What a list is opened with. */
export interface ListRequest {
  readonly pathArgs: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Without one, the workspace is that of the client. */
  readonly workspaceId?: string | null;
  /** The most items that a page needs to have. Default: as many as the list allows. */
  readonly pageSize?: number | undefined;
  readonly options?: AsyncListOptions;
}

/** A list of the client with the name of the catalog. Nothing is sent before it is used. */
export function openList(
  client: AsyncAnthropic,
  list: APIList,
  { pathArgs, parameters, workspaceId = null, pageSize, options = {} }: ListRequest,
): AsyncPaginator<unknown> {
  const limit = pageLimit(list, parameters, pageSize);
  const all = { ...(limit !== undefined && { limit }), ...parameters };
  const workspace = workspaceId === null ? {} : { workspaceId };
  return clientList(client, list).list(...pathArgs, all, { ...options, ...workspace });
}

/** The fields by which a page says whether its list goes on. */
const END_FIELDS = ["has_more", "next_page", "last_id"];

/** The range of a request for a report: its start is inside, its end is not. `null`: no bound. */
interface RequestRange {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Why a page cannot be taken for what the list has in a range; `undefined` if it can. The library takes `null` for an empty page, leaves
 * items as they are, and ends a list that does not go on. The mirror would mark rows as deleted for it, and never again look at rows that
 * are outside of the range.
 */
export function pageFault(
  list: APIList,
  page: { readonly data: readonly unknown[]; hasNextPage(): boolean; toJSON(): unknown },
  range: RequestRange,
): string | undefined {
  const { itemsKey, report } = list;
  const body = Object(page.toJSON());
  if (Object.hasOwn(body, "error") && body.error !== null) return "it has an error beside its items";
  if (body[itemsKey] === null) return `the field ${itemsKey} is null and must be an array`;
  for (const [index, item] of page.data.entries()) {
    const fault = itemFault(item, index, report === "buckets") ?? timeFault(list, item, { index, ...range });
    if (fault !== undefined) return fault;
  }
  if (page.hasNextPage() || END_FIELDS.some((name) => Object.hasOwn(body, name))) return undefined;
  return `it has none of the fields ${END_FIELDS.join(", ")}, by which a page says that its list ends`;
}

function itemFault(item: unknown, index: number, isBucket: boolean): string | undefined {
  if (!isObject(item)) return `the item at index ${index} is ${kindOf(item)} and must be an object`;
  if (!isBucket) return undefined;
  const results = valueAt(item, ["results"]);
  if (!Array.isArray(results))
    return `the field results of the bucket at index ${index} is ${kindOf(results)} and must be an array`;
  const wrong = results.find((result) => !isObject(result));
  return wrong === undefined
    ? undefined
    : `a result of the bucket at index ${index} is ${kindOf(wrong)} and must be an object`;
}

/** Why the time of a row of a report is none of the range. */
function timeFault(
  list: APIList,
  item: unknown,
  { index, from, to }: RequestRange & { readonly index: number },
): string | undefined {
  if (list.report === undefined) return undefined;
  const starts = valueAt(item, ["starting_at"]);
  // Without a time of its own, a row is of the day that was requested.
  if (isDaily(list) && typeof starts !== "string") return undefined;
  const time = Date.parse((typeof starts === "string" && timeText(starts)) || "");
  const isInside =
    from === null || to === null ? !Number.isNaN(time) : time >= Date.parse(from) && time < Date.parse(to);
  if (isInside) return undefined;
  const kind = list.report === "buckets" ? "bucket" : "item";
  const found = typeof starts === "string" ? JSON.stringify(starts.slice(0, 100)) : kindOf(starts);
  const range = from === null || to === null ? "" : ` from ${from} until before ${to}`;
  return `the field starting_at of the ${kind} at index ${index} is ${found} and must be a time${range}`;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return value === null ? "null" : "absent";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
