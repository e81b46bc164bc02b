import { ConfigurationError } from "../errors/pageturn-error.ts";
import { isSame } from "../pagination/checkpoint/checkpoint.ts";
import { isJsonObject, type JsonObject, type PageResponse } from "../pagination/request/page-request.ts";
import { parseLinks } from "../strategies/link-header.ts";
import type { Cursor } from "./source-types.ts";

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
): value is object & Record<"getNextPage", () => Promise<unknown>> {
  return hasMethod(value, "getPaginatedItems") && hasMethod(value, "getNextPage");
}

/**
 * Reads a page by its form. `at` is the position that it was requested with.
 *
 * Throws `ConfigurationError` where the form is not known, rather than guess.
 */
export function readPage(raw: unknown, readers: PageReaders, at?: Cursor): PageReading {
  const known = knownPage(raw, at);
  // The casts: the types of `paginate()` make sure that the functions take pages of this list.
  const items = readers.items === undefined ? known?.items : readers.items(raw as never);
  const cursor = readers.cursor === undefined ? known?.cursor : readers.cursor(raw as never);
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
  };
}

function knownPage(raw: unknown, at: Cursor | undefined): PageReading | null {
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
  return "data" in value && typeof value["status"] === "number" && typeof value["url"] === "string";
}

function octokitPage({ data, headers, status, url }: JsonObject, at: Cursor | undefined): PageReading {
  const texts = Object.entries(isJsonObject(headers) ? headers : {}).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, String(value)] as const],
  );
  const all = new Headers(texts.map(([name, value]) => [name, value]));
  const link = parseLinks(all.get("link") ?? "").find(({ rels }) => rels.includes("next"));
  const lists = isJsonObject(data) ? Object.values(data).filter((value) => Array.isArray(value)) : [data];
  return {
    items: lists.length === 1 && Array.isArray(lists[0]) ? lists[0] : [],
    cursor: link === undefined ? null : linkCursor(link.url, String(url), at),
    response: {
      status: Number(status),
      headers: all,
      url: String(url),
      requestId: all.get("x-github-request-id"),
    },
  };
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
function stainlessPage(raw: object, at: Cursor | undefined): PageReading {
  const items = hasMethod(raw, "getPaginatedItems") ? raw.getPaginatedItems() : [];
  const { has_more: more, response, options } = raw as Readonly<Record<string, unknown>>;
  const hasMore = typeof more === "boolean" ? more : null;
  return {
    items: Array.isArray(items) ? items : [],
    cursor: hasMore === false ? null : stainlessCursor(raw, isJsonObject(options) ? options : {}, at),
    hasMore,
    response: response instanceof Response ? sdkResponse(response) : undefined,
  };
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

function sdkResponse({ status, headers, url }: Response): Partial<PageResponse> {
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

/** The error for a page that is not understood. */
export function unknownPage(raw: unknown, option: "items" | "cursor"): ConfigurationError {
  const what = option === "items" ? "where its items are" : "how the list goes on";
  if (isJsonObject(raw) && Array.isArray(raw["items"]) && !("next" in raw))
    return new ConfigurationError(
      `Cannot read a page of the list as it has items and no next: it is ${shapeOf(raw)}. Return the position of the next page as next, null on the last one`,
    );
  const remedy =
    option === "items"
      ? "pass the option items, a function that returns the items of a page"
      : "pass the option cursor, a function that returns the position of the next page, or null on the last one";
  return new ConfigurationError(
    `Cannot read a page of the list as it does not say ${what}: it is ${shapeOf(raw)}. To continue, ${remedy}`,
  );
}

/** What a value is, in messages: its kind and its keys, without their values. */
export function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object") return `of type ${typeof value}`;
  const keys = Object.keys(value).slice(0, 10);
  const name = value.constructor?.name ?? "Object";
  return `an object (${name}) with ${keys.length === 0 ? "no keys" : `the keys ${keys.join(", ")}`}`;
}
