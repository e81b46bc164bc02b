import type { APIStatusError } from "../../errors/api-status-error.ts";
import {
  headerText,
  isJsonObject,
  type JSONPath,
  type JsonObject,
  keysOf,
  nextRequest,
  type PageInfo,
  type PageRequest,
  type PageResponse,
  pathName,
  requestKey,
  valueAt,
  withValueAt,
} from "./page-request.ts";

/** Where the items of a body are: a key, a path of keys, `[]` for the body itself, or a function that returns them. */
export type ItemsLocation = JSONPath | ((body: JsonObject) => unknown);

/** A parameter of a request. Text is the name of a query parameter. */
export type Parameter =
  | string
  | { readonly query: string }
  | { readonly json: JSONPath }
  | { readonly header: string };

/** Where a cursor is read from: the body, a response header, or an item at an end of the page. */
export type CursorSource =
  | { readonly body: JSONPath }
  | { readonly header: string }
  | { readonly firstItem: JSONPath }
  | { readonly lastItem: JSONPath };

/** A page as a strategy sees it. */
export interface StrategyPage {
  /** The decoded body. Where the body is an array, it has no keys: read `items`. */
  readonly body: JsonObject;
  readonly items: readonly unknown[];
  /** The request that the page answers. */
  readonly request: PageRequest;
  readonly response: PageResponse;
}

/**
 * The way to a neighbouring page: a cursor, with where it comes from and where it goes (`"url"` follows it as a
 * link), or a pure function that returns the change of the request, `null` where there is no such page.
 */
export type PageStep = CursorStep | ((page: StrategyPage) => PageInfo | null);

/** A step as data. */
export interface CursorStep {
  readonly from: CursorSource;
  readonly to: Parameter | "url";
}

/** The page size of a list. */
export interface PageSize {
  readonly in: Parameter;
  /** The size of a page whose request does not name one. Default: not known. */
  readonly default?: number | undefined;
  /** The largest page that the server sends, whatever a request asks for. Default: not known. */
  readonly max?: number | undefined;
  /**
   * Whether pages of one list may differ in size. Then the last request of a walk with `maxItems` asks for no more
   * than is needed, and a list can be resumed with another size. Default `false`: cursors that count pages, or that
   * are bound to the rest of the query, lead elsewhere when the size changes.
   */
  readonly adjustable?: boolean | undefined;
}

/** Where a page says how large the whole list is, and what that counts. */
export type ListTotal = ({ readonly body: JSONPath } | { readonly header: string }) & {
  readonly counts: "items" | "pages";
  /** Whether a page may lack it. Default: false, and a page without it is an error. */
  readonly optional?: boolean | undefined;
};

/** An error in the body of a 2xx answer. */
export interface BodyError {
  /** The API's own name for it. */
  readonly type: string | null;
  readonly message: string;
  /** The HTTP status that it stands for: it decides whether the request is sent again, and the class of the error. */
  readonly status: number;
}

/** How an API pages its lists, as plain data and pure functions. Pass it to `definePages()`. */
export interface PaginationStrategy {
  /** Where the items are. Default `"data"`. */
  readonly items?: ItemsLocation | undefined;
  /** Cursors of the body that the page always has, `null` where they are absent. Text, safe integer or null. */
  readonly fields?: readonly string[] | undefined;
  readonly next: PageStep;
  /** The way back. Default: the API has none. */
  readonly previous?: PageStep | undefined;
  /**
   * The parameters that `next` and `previous` set: a checkpoint may change these and no others. `{ path }` allows the
   * paths that match, for links that lead to another path below the base URL. Default: those of the steps that are data.
   */
  readonly cursors?: readonly (Parameter | { readonly path: RegExp })[] | undefined;
  /**
   * How a link is followed. `"overlay"` (default): its parameters replace those of the request, the others stay, for links
   * that leave filters out. `"replace"`: the link is requested as it is. A checkpoint may then leave out parameters of the
   * list where it has a cursor.
   */
  readonly links?: "overlay" | "replace" | undefined;
  /** The page size. Default: not known, and never changed. */
  readonly pageSize?: PageSize | undefined;
  /**
   * The field that says whether there is more in the direction of the request, or a function that returns its value.
   * `true`, `"true"`, `1`, their opposites and null are read.
   */
  readonly hasMore?: JSONPath | ((page: StrategyPage) => unknown) | undefined;
  /** The field or header with the size of the whole list. Every page must have it, unless it is `optional`. */
  readonly total?: ListTotal | undefined;
  /**
   * How many items or pages, as `total` counts them, are before the page of a request with which a list begins; undefined where
   * that is not known, and the total is not compared then. Default: 0 if the request sets none of the `cursors`, else not known.
   */
  readonly countBefore?: ((request: PageRequest) => number | undefined) | undefined;
  /** The error that a body is, though its status is 2xx; null for any other body. Default: none is. */
  readonly errorIn?: ((body: JsonObject) => BodyError | null) | undefined;
  /**
   * What a cursor says. `"more"` (default): it is there only if there is such a page. `"position"`: it marks a
   * position, such as the id of an item or a number, and is there on the last page as well.
   */
  readonly cursorMeans?: "more" | "position" | undefined;
  /** What an empty text as a cursor means. Default `"end"`. */
  readonly emptyCursor?: "end" | "valid" | undefined;
  /**
   * What a page means that leads to itself. `"error"` (default): a cycle, see the walk option `onCycle`. `"end"`: the
   * end of the list. `"follow"`: the page is requested again.
   */
  readonly sameCursor?: "error" | "end" | "follow" | undefined;
  /** What an empty page means that leads on, unless the server says that there is more. Default `"continue"`. */
  readonly emptyPage?: "continue" | "end" | undefined;
  /** What a page with fewer items than its size means, unless the server says that there is more. Default `"continue"`. */
  readonly shortPage?: "continue" | "end" | undefined;
  /** Whether a request walks against the order of the list. Default: none does. */
  readonly isBackward?: ((request: PageRequest) => boolean) | undefined;
  /** Whether the answer to a request with a cursor says that the cursor is no longer valid. Default: none does. */
  readonly isCursorExpired?: ((error: APIStatusError) => boolean) | undefined;
}

/** Members of a strategy that replace those of a ready one: where the items are, the page size, what the end means. */
export type StrategyOverrides = Omit<Partial<PaginationStrategy>, "next" | "previous">;

/** {@link StrategyOverrides} of an API whose lists differ in where the items are. */
export type OverridesWithItems = StrategyOverrides & Required<Pick<StrategyOverrides, "items">>;

/** The change of the request that leads from `page` to its neighbour; `null` if there is no such page. */
export function stepFrom(
  strategy: PaginationStrategy,
  which: "next" | "previous",
  page: StrategyPage,
): PageInfo | null {
  const step = strategy[which];
  if (step === undefined) return null;
  if (typeof step === "function") return asLink(checkedInfo(step(page), which), strategy);
  const cursor = cursorFrom(step.from, page);
  const isEmpty = cursor === "" && strategy.emptyCursor !== "valid";
  if (isEmpty || (typeof cursor !== "string" && typeof cursor !== "number")) return null;
  return step.to === "url"
    ? asLink({ url: "header" in step.from ? headerText(String(cursor)) : String(cursor) }, strategy)
    : setParameter(page.request, step.to, cursor);
}

/** The change, with a link as the strategy says that links are followed. */
function asLink(info: PageInfo | null, { links }: PaginationStrategy): PageInfo | null {
  return links === "replace" && info?.url !== undefined ? { wholeURL: info.url } : info;
}

/** What a function of a strategy returned. In JavaScript, it may be anything. */
function checkedInfo(info: PageInfo | null, which: string): PageInfo | null {
  const names = isJsonObject(info)
    ? Object.keys(info).filter((name) => info[name as keyof PageInfo] !== undefined)
    : [];
  if (
    info === null ||
    (names.length === 1 && /^(?:params|json|headers|path|url|wholeURL)$/.test(String(names[0])))
  )
    return info;
  throw new TypeError(
    `The function ${which} of the strategy must return null or exactly one of params, json, headers, path, url and wholeURL`,
  );
}

/** The cursor at `source`; `undefined` where the page does not have the field at all. */
export function cursorFrom(source: CursorSource, { body, items, response }: StrategyPage): unknown {
  if ("body" in source) return valueAt(body, source.body);
  if ("header" in source) return response.headers.get(source.header);
  return "firstItem" in source ? valueAt(items[0], source.firstItem) : valueAt(items.at(-1), source.lastItem);
}

/** The size of the whole list; `undefined` where the strategy declares none, or the page does not say it. */
export function totalOf({ total }: PaginationStrategy, page: StrategyPage): number | undefined {
  const value = total && cursorFrom(total, page);
  const size = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

/** How much of its total a list that begins with `request` has before its first page; NaN where that is not known. */
export function countBefore(strategy: PaginationStrategy, request: PageRequest): number {
  if (strategy.countBefore !== undefined) return strategy.countBefore(request) ?? Number.NaN;
  const isAtStart = cursorParameters(strategy).every(
    (cursor) =>
      (typeof cursor === "object" && "path" in cursor) || (readParameter(request, cursor) ?? "") === "",
  );
  return isAtStart ? 0 : Number.NaN;
}

/** A source as messages show it. */
export function sourceName(source: CursorSource): string {
  if ("header" in source) return `header ${source.header}`;
  return pathName(
    "body" in source ? source.body : "firstItem" in source ? source.firstItem : source.lastItem,
  );
}

/** The steps of a strategy that are data. */
export function dataSteps({ next, previous }: PaginationStrategy): readonly CursorStep[] {
  return [next, previous].filter((step) => typeof step === "object");
}

/** The parameters that a checkpoint may change. */
export function cursorParameters(strategy: PaginationStrategy): NonNullable<PaginationStrategy["cursors"]> {
  return strategy.cursors ?? dataSteps(strategy).map(({ to }) => to);
}

/** The value of a parameter in a request; `undefined` where the request does not have it. */
export function readParameter({ query, json, headers }: PageRequest, parameter: Parameter): unknown {
  if (typeof parameter === "string") return query[parameter];
  if ("query" in parameter) return query[parameter.query];
  if ("header" in parameter) return headers?.[parameter.header.toLowerCase()];
  return valueAt(json, parameter.json);
}

/** The name, in lower case, of a parameter that is sent as a header; `undefined` for any other parameter. */
export function headerName(
  parameter: NonNullable<PaginationStrategy["cursors"]>[number] | undefined,
): string | undefined {
  return typeof parameter === "object" && "header" in parameter ? parameter.header.toLowerCase() : undefined;
}

/** RFC 9110, 5.5: no control characters but the tab; nothing beyond one byte. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The change that sets a parameter. */
export function setParameter(request: PageRequest, parameter: Parameter, value: unknown): PageInfo {
  if (typeof parameter === "string") return { params: { [parameter]: value } };
  if ("query" in parameter) return { params: { [parameter.query]: value } };
  if ("header" in parameter) return { headers: { [parameter.header.toLowerCase()]: String(value) } };
  return { json: withValueAt(request.json ?? {}, keysOf(parameter.json), value) };
}

/** The request with another value for a parameter, `undefined` for none; the same object where nothing changes. */
export function withParameter(request: PageRequest, parameter: Parameter, value: unknown): PageRequest {
  if (readParameter(request, parameter) === value) return request;
  const header = headerName(parameter);
  if (value !== undefined || header === undefined)
    return nextRequest(request, setParameter(request, parameter, value));
  const headers = Object.entries({ ...request.headers }).filter(([name]) => name !== header);
  return { ...request, headers: Object.fromEntries(headers) };
}

/**
 * The number of items of a full page, `undefined` where it is not known. `otherwise` is the size where the request names
 * none. A server that caps the size sends fewer than the request asks for.
 */
export function pageSizeOf(
  { pageSize }: PaginationStrategy,
  request: PageRequest,
  otherwise: number | null | undefined = pageSize?.default,
): number | undefined {
  if (pageSize === undefined) return undefined;
  const size = Number(readParameter(request, pageSize.in) ?? otherwise ?? Number.NaN);
  return Number.isNaN(size) ? undefined : Math.min(size, pageSize.max ?? size);
}

/** A parameter as messages show it. */
export function parameterName(parameter: Parameter): string {
  if (typeof parameter === "string") return parameter;
  if ("query" in parameter) return parameter.query;
  return "header" in parameter ? parameter.header : pathName(parameter.json);
}

/** A text that two requests share exactly where they ask for the same position in a list, whatever the page size. */
export function positionKey(strategy: PaginationStrategy, request: PageRequest): string {
  const size = strategy.pageSize?.in;
  const name = typeof size === "object" && "query" in size ? size.query : size;
  return typeof name === "object" ? requestKey(withoutSize(strategy, request)) : requestKey(request, name);
}

/** The request without its page size. */
export function withoutSize({ pageSize }: PaginationStrategy, request: PageRequest): PageRequest {
  return pageSize === undefined ? request : withParameter(request, pageSize.in, undefined);
}
