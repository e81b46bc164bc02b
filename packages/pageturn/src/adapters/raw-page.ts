import { isSame } from "../pagination/checkpoint/checkpoint.ts";
import { isJsonObject, type JsonObject, type PageResponse } from "../pagination/request/page-request.ts";
import { parseLinks } from "../strategies/link-header.ts";
import type { Cursor } from "./source-types.ts";
import {
  type AnsweredPage,
  lateConflict,
  severalLists,
  shapeOf,
  unknownPage,
  unlistedPage,
} from "./unknown-page.ts";

/** A page of another library, read. */
export interface PageReading {
  readonly items: readonly unknown[];
  /** The position of the next page; `null` where the page points to none, `undefined` where it cannot say. */
  readonly cursor: Cursor | null | undefined;
  /** Whether the library says that there is more; `null` where it says nothing. */
  readonly hasMore?: boolean | null;
  /** The response, where the library shows it. */
  readonly response?: Partial<PageResponse> | undefined;
  /** What an empty text as a cursor means. Default `"end"`. */
  readonly emptyCursor?: "end" | "valid";
  /** Whether the response has a place for items. Default: it has one, or the library hides that it has none. */
  readonly hasItems?: boolean | undefined;
}

/** A page whose form is known. Its items may be the error that says why it has none: the option `items` may find them. */
interface KnownPage extends Omit<PageReading, "items"> {
  readonly items: readonly unknown[] | Error;
}

/** How the caller reads pages that have no known form. */
export interface PageReaders {
  readonly items?: ((page: never) => readonly unknown[]) | undefined;
  readonly cursor?: ((page: never) => Cursor | null | undefined) | undefined;
}

/** Where MCP clients have the items of a page. */
const MCP_LISTS = ["tools", "resources", "resourceTemplates", "prompts", "tasks"];

/** Whether a value has a method, of its own or inherited. */
export function hasMethod<N extends PropertyKey>(
  value: unknown,
  name: N,
): value is Record<N, (...parameters: unknown[]) => unknown> {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject && typeof Reflect.get(value, name) === "function";
}

/** Whether a value is a page of an SDK of the Stainless family. */
export function isStainlessPage(
  value: unknown,
): value is object &
  Record<"getPaginatedItems", () => unknown> &
  Record<"getNextPage", () => Promise<unknown>> {
  return hasMethod(value, "getPaginatedItems") && hasMethod(value, "getNextPage");
}

/**
 * Reads a page by its form. `at` is the position that it was requested with.
 *
 * Throws `ConfigurationError` where the form is not known, rather than guess, and `APIResponseValidationError` where the
 * response is not a list: such a page must not look like an empty one, which ends the list.
 */
export function readPage(raw: unknown, readers: PageReaders, at?: Cursor): PageReading {
  const known = knownPage(raw, at);
  // The casts: the types of `paginate()` make sure that the functions take pages of this list.
  const items = readers.items === undefined ? known?.items : readers.items(raw as never);
  const cursor = readers.cursor === undefined ? known?.cursor : readers.cursor(raw as never);
  if (items instanceof Error) throw items;
  if (!Array.isArray(items)) throw unknownPage(raw, "items");
  if (known === null && readers.cursor === undefined) throw unknownPage(raw, "cursor");
  const { hasMore, response, emptyCursor } = known ?? {};
  return {
    items,
    cursor: cursor === undefined ? null : cursor,
    // A cursor of the caller decides alone.
    hasMore: readers.cursor === undefined ? (hasMore ?? null) : null,
    response: response ?? metadata(raw),
    emptyCursor: emptyCursor ?? "end",
    hasItems: readers.items === undefined ? known?.hasItems : true,
  };
}

function knownPage(raw: unknown, at: Cursor | undefined): KnownPage | null {
  if (isStainlessPage(raw)) return stainlessPage(raw, at);
  if (isOctokitResponse(raw)) return octokitPage(raw, at);
  if (Array.isArray(raw)) return raw.length === 3 && Array.isArray(raw[0]) ? gaxPage(raw) : null;
  if (!isJsonObject(raw)) return null;
  if (Array.isArray(raw["items"]) && "next" in raw) {
    // The cast: it is checked where it becomes a position.
    return { items: raw["items"], cursor: (raw["next"] ?? null) as Cursor | null };
  }
  if (Array.isArray(raw["data"])) return stripePage(raw, raw["data"]);
  const lists = MCP_LISTS.map((name) => raw[name]).filter((list) => Array.isArray(list));
  const [items] = lists;
  if (lists.length !== 1 || items === undefined) return null;
  return { items, cursor: textOf(raw["nextCursor"]), emptyCursor: "valid" };
}

/** A response of Octokit. Its iterator normalises a search result to an array. */
export function isOctokitResponse(value: unknown): value is JsonObject {
  if (!isJsonObject(value) || !isJsonObject(value["headers"])) return false;
  if (!("data" in value) || typeof value["status"] !== "number") return false;
  return typeof value["url"] === "string" || isConflict(value);
}

/** What an iterator of Octokit yields for the status 409, which an empty repository has: a page without a URL. */
function isConflict({ url, data, headers }: JsonObject): boolean {
  const isEmpty = Array.isArray(data) && data.length === 0;
  return url === undefined && isEmpty && Object.keys(Object(headers)).length === 0;
}

function octokitPage(raw: JsonObject, at: Cursor | undefined): KnownPage {
  if (isConflict(raw)) return { items: at === undefined ? [] : lateConflict(), cursor: null };
  const { data, headers, status, url } = raw;
  const texts = Object.entries(isJsonObject(headers) ? headers : {}).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, String(value)] as const],
  );
  const all = new Headers(texts.map(([name, value]) => [name, value]));
  const link = parseLinks(all.get("link") ?? "").find(({ rels }) => rels.includes("next"));
  const response = {
    status: Number(status),
    headers: all,
    url: String(url),
    requestId: all.get("x-github-request-id"),
  };
  const cursor = link === undefined ? null : linkCursor(link.url, String(url), at);
  return { items: octokitItems(data, response), cursor, response };
}

/** The items: the data itself, or the one list in it. A response without content has none. */
function octokitItems(data: unknown, response: AnsweredPage): KnownPage["items"] {
  if (Array.isArray(data)) return data;
  if (response.status === 204 || response.status === 205) return [];
  const lists = isJsonObject(data)
    ? Object.entries(data).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
    : [];
  const [first] = lists;
  if (first === undefined) return unlistedPage(`it is ${shapeOf(data)}`, response);
  return lists.length === 1 ? first[1] : severalLists(lists.map(([name]) => name));
}

/**
 * The parameters that a link changes. Not the link itself: whoever could write a checkpoint would choose the host that the
 * credentials of the caller go to.
 */
function linkCursor(link: string, url: string, at: Cursor | undefined): Cursor {
  const [now, old] = [new URL(link, url), new URL(url)].map(({ searchParams }) =>
    Object.fromEntries(Array.from(searchParams, ([name, text]) => [name, numberOr(text)])),
  );
  return changedParameters(now, old, at);
}

/** A number of a query as a number: the types of Octokit take `page` as one. */
function numberOr(text: string): string | number {
  return /^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

/** The parameters that differ, and those of the cursor before: they are cursors also where they stay the same. */
function changedParameters(now: JsonObject = {}, old: JsonObject = {}, at?: Cursor): JsonObject {
  const before = isJsonObject(at) ? Object.keys(at) : [];
  const isCursor = (name: string) => before.includes(name) || !isSame(now[name], old[name]);
  return Object.fromEntries(Object.entries(now).filter(([name]) => isCursor(name)));
}

function gaxPage([items, next, response]: readonly unknown[]): PageReading {
  const token = isJsonObject(next) ? next["pageToken"] : undefined;
  return {
    items: Array.isArray(items) ? items : [],
    cursor: textOf(token) ?? (isJsonObject(response) ? textOf(response["nextPageToken"]) : null),
  };
}

/** The list of a Stripe client: the first version by ids, a search and the second version by tokens. */
function stripePage(raw: JsonObject, items: readonly unknown[]): PageReading | null {
  const response = stripeResponse(raw["lastResponse"]);
  if ("next_page_url" in raw) {
    const url = textOf(raw["next_page_url"]);
    const token = url === null ? null : new URL(url, "https://host.invalid").searchParams.get("page");
    return { items, cursor: token, hasMore: url === null ? null : true, response };
  }
  const { has_more: hasMore, object } = raw;
  if (typeof hasMore !== "boolean") return null;
  const last = items.at(-1);
  const cursor =
    object === "search_result" ? textOf(raw["next_page"]) : isJsonObject(last) ? textOf(last["id"]) : null;
  return { items, cursor: hasMore ? cursor : null, hasMore, response };
}

/** What a Stripe client keeps of the response. */
function stripeResponse(last: unknown): Partial<PageResponse> | undefined {
  if (!isJsonObject(last) || typeof last["statusCode"] !== "number") return undefined;
  const headers = isJsonObject(last["headers"]) ? last["headers"] : {};
  const texts = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return { status: last["statusCode"], headers: new Headers(texts), requestId: textOf(last["requestId"]) };
}

/**
 * The cursor is what the request of the next page changes. `hasNextPage()` is not asked, as it ends a list at an empty
 * page.
 */
function stainlessPage(raw: object & { getPaginatedItems(): unknown }, at: Cursor | undefined): KnownPage {
  const { has_more: more, response, options } = raw as Readonly<Record<string, unknown>>;
  const hasMore = typeof more === "boolean" ? more : null;
  const answered = response instanceof Response ? sdkResponse(response) : undefined;
  const items = stainlessItems(raw);
  return {
    ...(typeof items === "string"
      ? {
          items: answered ? unlistedPage(items, answered) : unknownPage(raw, "items"),
        }
      : items),
    cursor: hasMore === false ? null : stainlessCursor(raw, isJsonObject(options) ? options : {}, at),
    hasMore,
    response: answered,
  };
}

/**
 * The items, or what is wrong. The SDK puts an empty array in the place of what the body does not have: its body shows
 * whether the items are there.
 */
function stainlessItems(
  raw: object & { getPaginatedItems(): unknown },
): Pick<PageReading, "items" | "hasItems"> | string {
  const items = raw.getPaginatedItems();
  if (!Array.isArray(items)) return `getPaginatedItems() returns ${shapeOf(items)}, not an array`;
  const { body, ...members } = raw as Readonly<Record<string, unknown>>;
  if (items.length > 0 || body === undefined || contains(body, items)) return { items };
  if (typeof body !== "object" || body === null) return `the body is ${shapeOf(body)}`;
  const name = Object.keys(members).find((each) => members[each] === items);
  if (name === undefined) return { items };
  if (!isJsonObject(body)) return `the body is ${shapeOf(body)}`;
  const found = body[name];
  if (found === undefined || found === null) return { items, hasItems: found === null };
  return `\`${name}\` is ${shapeOf(found)}, not an array`;
}

/** How deep in a body an SDK may find the items. */
const MAX_ITEMS_DEPTH = 4;

/** Whether an array is part of decoded JSON. */
function contains(json: unknown, array: readonly unknown[], depth = MAX_ITEMS_DEPTH): boolean {
  if (json === array) return true;
  return (
    depth > 0 && isJsonObject(json) && Object.values(json).some((each) => contains(each, array, depth - 1))
  );
}

function stainlessCursor(raw: object, options: JsonObject, at: Cursor | undefined): Cursor | null {
  // Older SDKs have `nextPageInfo()` instead.
  if (!hasMethod(raw, "nextPageRequestOptions")) {
    const info = hasMethod(raw, "nextPageInfo") ? raw.nextPageInfo() : null;
    if (!isJsonObject(info)) return null;
    return isJsonObject(info["params"]) ? info["params"] : { url: String(info["url"]) };
  }
  const next = raw.nextPageRequestOptions();
  if (!isJsonObject(next)) return null;
  const changes = (["query", "body"] as const).map((part) => {
    const [now, old] = [next[part], options[part]].map((value) => (isJsonObject(value) ? value : {}));
    return changedParameters(now, old, at);
  });
  const path = next["path"] === options["path"] ? {} : { path: next["path"] };
  return Object.assign({}, ...changes, path);
}

function sdkResponse({ status, headers, url }: Response): AnsweredPage {
  return { status, headers, url, requestId: headers.get("request-id") ?? headers.get("x-request-id") };
}

/** What an AWS client keeps of the response. */
function metadata(raw: unknown): Partial<PageResponse> | undefined {
  const meta = isJsonObject(raw) ? raw["$metadata"] : undefined;
  if (!isJsonObject(meta) || typeof meta["httpStatusCode"] !== "number") return undefined;
  return { status: meta["httpStatusCode"], requestId: textOf(meta["requestId"]) };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
