// What there is to say about a list: the same sentences stand in the reference and in the doc comment of its `list()`.
import type { CatalogEndpoint, Param } from "./catalog.ts";
import { boundText } from "./param-types.ts";
import { timeRange } from "./time-range.ts";

/** The credential that a list needs, as a sentence. */
export function keyText({ auth }: CatalogEndpoint): string {
  return auth.charAt(0).toUpperCase() + auth.slice(1);
}

/** The page size: by default, and at most. */
export function pageSizeText({ params }: CatalogEndpoint): string {
  const limit = params.find(({ name }) => name === "limit");
  const size = limit?.default ?? null;
  const max = limit?.max ?? null;
  const normal = typeof size === "number" || (typeof size === "object" && size !== null) ? size : null;
  if (normal === null && max === null) return "Not documented.";
  const whole = normal === null ? "Default not documented" : `Default ${boundText(normal)}`;
  return `${whole}; ${max === null ? "largest not documented" : `at most ${boundText(max)}`}.`;
}

/** The order of the items, and what changes it. */
export function orderText(endpoint: CatalogEndpoint): string {
  const { lists, params } = endpoint;
  const [order, by] = ["order", "order_by"].map((wanted) => params.find(({ name }) => name === wanted));
  const time = timeRange(endpoint);
  if (time?.buckets !== undefined) return "Oldest bucket first.";
  if (/, newest first/.test(lists)) return "Newest first.";
  const field =
    sortField(order, by) ?? (time?.totals === undefined ? time?.from.split(/[[.]/)[0] : undefined);
  const named = [order, by].flatMap((param) => (param === undefined ? [] : [`\`${param.name}\``]));
  const change =
    named.length === 0 ? "" : ` ${named.join(" and ")} ${named.length === 1 ? "changes" : "change"} it.`;
  const direction = order?.default;
  if (direction === "asc" || direction === "desc") return `${directionText(direction, field)}.${change}`;
  const assumed =
    time !== undefined && time.totals === undefined ? " `sliceByTime` expects the newest item first." : "";
  if (typeof by?.default === "string")
    return `By \`${by.default}\`; direction not documented.${change}${assumed}`;
  return `Not documented.${change}${assumed}`;
}

/** The field that a list is sorted by, if a parameter says it. */
function sortField(order: Param | undefined, by: Param | undefined): string | undefined {
  if (typeof by?.default === "string") return by.default;
  return by === undefined ? / by (\w+)/.exec(order?.description ?? "")?.[1] : undefined;
}

function directionText(direction: "asc" | "desc", field: string | undefined): string {
  if (field === undefined) return direction === "asc" ? "Ascending" : "Descending";
  if (field.endsWith("_at")) return `${direction === "asc" ? "Oldest" : "Newest"} first, by \`${field}\``;
  return `${direction === "asc" ? "Ascending" : "Descending"}, by \`${field}\``;
}

/** The range of time that a list can be restricted to, and whether it can be walked in slices. */
export function timeText(endpoint: CatalogEndpoint): string {
  const time = timeRange(endpoint);
  const dates = endpoint.params.filter(({ type }) => type.startsWith("date")).map(({ name }) => name);
  if (time === undefined) {
    if (dates.length === 0) return "None.";
    return `${dates.map(code).join(", ")}. \`sliceByTime\` needs a function that returns the list of a range.`;
  }
  const { from, to } = time;
  const ends = `${code(from)} (${/gte|starting/.test(from) ? "inclusive" : "exclusive"}) to ${code(to)} (${
    to.includes("lte") ? "inclusive" : "exclusive"
  })`;
  const others = dates.filter((name) => name !== from && name !== to).map(code);
  const more = others.length === 0 ? "" : `; also ${others.join(", ")}`;
  return `${ends}${more}. ${slicesText(endpoint, time)}`;
}

function slicesText(
  { items }: CatalogEndpoint,
  { from, field: own, buckets, totals }: NonNullable<ReturnType<typeof timeRange>>,
): string {
  const field = own ?? from.split(/[[.]/)[0];
  if (totals) return "`sliceByTime` throws, because the items are totals over the range.";
  if (buckets !== undefined) return "`sliceByTime` walks it in slices, at the borders of buckets.";
  if (items.variants.some(({ fields }) => fields.every(({ name }) => name !== field)))
    return `\`sliceByTime\` needs the option \`timeOf\`, because the items have no \`${field}\`.`;
  return "`sliceByTime` walks it in slices.";
}

/** The `anthropic-beta` header. */
export function betaText({ betas }: CatalogEndpoint): string {
  if (betas === null) return "None.";
  if (betas.length === 0) return "None of its own; `betas` adds some.";
  return `${betas.map(code).join(", ")}, sent with every request.`;
}

/** Whether a list may change, or is replaced; `null` if it is neither. `call` writes the id of a list. */
export function statusText(
  { stability, supersededBy }: CatalogEndpoint,
  call: (id: string) => string,
): string | null {
  if (supersededBy !== null) return `Superseded by ${call(supersededBy)}.`;
  return stability === "beta" ? "Beta: it may change." : null;
}

function code(text: string): string {
  return `\`${text}\``;
}
