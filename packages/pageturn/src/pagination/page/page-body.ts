import { APIResponseValidationError, requestName } from "../../errors/api-error.ts";
import { type APIStatusError, statusError } from "../../errors/api-status-error.ts";
import {
  isJsonObject,
  type JsonObject,
  keysOf,
  type PageRequest,
  type PageResponse,
  pathName,
  requestMethod,
  valueAt,
} from "../request/page-request.ts";
import {
  type BodyError,
  cursorFrom,
  dataSteps,
  type ItemsLocation,
  type PaginationStrategy,
  type StrategyPage,
  sourceName,
  totalOf,
} from "../request/strategy.ts";

/** The answer to one {@link PageRequest}: a decoded body, not checked yet, and the response it came in. */
export interface FetchedPage {
  readonly body: unknown;
  readonly response: PageResponse;
}

/** A body that has been checked. */
export interface PageBody extends StrategyPage {
  /** The items in the array of the body, which programs see and may change. */
  readonly shown: unknown[];
  /** Whether the body has a place for items, which may be null. */
  readonly hasItems: boolean;
  /** Whether the list may leave that place out where it ends. */
  readonly itemsOptional: boolean;
  /** What the body says about more items in the direction of the request; `null` where it says nothing. */
  readonly hasMore: boolean | null;
  /** The size of the whole list in the unit of the strategy; `null` where the strategy declares none. */
  readonly total: number | null;
  /** The fields that a page always has: those that the strategy reads at the top of the body. `null` where absent. */
  readonly fields: readonly (readonly [name: string, value: unknown])[];
}

/**
 * Checks a decoded answer: here server data becomes a page. Fields that are absent or null are accepted, because some
 * endpoints document all of them as optional. Throws {@link APIResponseValidationError} where the answer is not a list,
 * or a field of the strategy has a value that cannot be read. The message names the field and the value.
 */
export function pageBody(
  { body, response }: FetchedPage,
  {
    strategy,
    location,
    request,
    itemsOptional = false,
  }: {
    strategy: PaginationStrategy;
    location: ItemsLocation;
    request: PageRequest;
    itemsOptional?: boolean;
  },
): PageBody {
  const refuse = (what: string, remedy = "Check the page class, the strategy and the base URL") =>
    notAList(what, { method: requestMethod(request), response, remedy });
  const isBody = typeof location !== "function" && keysOf(location).length === 0;
  if (!isBody && typeof location !== "function" && !isJsonObject(body))
    throw refuse(`the body is ${kindOf(body)}, not a JSON object`, ITEMS_REMEDY);
  if (typeof body !== "object" || body === null) throw refuse(`the body is ${kindOf(body)}`);
  // The cast: a strategy reads the keys of the body, and an array has none of them.
  const json = body as JsonObject;
  const error = strategy.errorIn?.(json) ?? null;
  if (error !== null) throw bodyFailure(error, { body, response, method: requestMethod(request) });
  const found = itemsAt(json, location);
  if (found === undefined) checkIsList(json, { strategy, location, refuse });
  if (found !== undefined && found !== null && !Array.isArray(found)) {
    throw refuse(
      `${isBody ? "the body" : placeOf(location)} is ${kindOf(found)}, not an array`,
      ITEMS_REMEDY,
    );
  }
  const shown = found ?? [];
  const page = { body: json, items: [...shown], request, response };
  const more = hasMore(strategy, page, refuse);
  return {
    ...page,
    shown,
    hasItems: found !== undefined,
    itemsOptional,
    hasMore: more,
    total: total(strategy, page, refuse),
    fields: fieldsOf(strategy, page, { more, refuse }),
  };
}

/** What a body has at the place of the items. */
export function itemsAt(body: JsonObject, location: ItemsLocation): unknown {
  // The value at `[]` is the body itself.
  return typeof location === "function" ? location(body) : valueAt(body, location);
}

/** The error for a body that is one, in the answer of a caller's own `fetch`: clients notice it themselves. */
function bodyFailure(
  { type, message, status }: BodyError,
  { body, response, method }: FetchedPage & { readonly method: string },
): APIStatusError {
  const { headers, requestId, url } = response;
  const request = { method, url };
  return statusError(
    `${requestName(request)} answered ${response.status}, but with an error that stands for status ${status}: ${message}`,
    { status, headers, requestId, type, body, request },
  );
}

type Refuse = (what: string, remedy?: string) => APIResponseValidationError;

const ITEMS_REMEDY =
  "State where the items are with `items`, of the strategy or of the list: a key, a path, or [] for the body itself";

/**
 * A body without items may be an empty list. It is some other answer, such as an error, if it has fields and this way of
 * paging knows none of them. If it has a list under another key, the items are there.
 */
function checkIsList(
  body: JsonObject,
  { strategy, location, refuse }: { strategy: PaginationStrategy; location: ItemsLocation; refuse: Refuse },
): void {
  const names = Object.keys(body);
  const shownNames = JSON.stringify(names.slice(0, 10));
  if (typeof location === "function")
    throw refuse(
      `${placeOf(location)} is undefined, not an array or null; the body has ${shownNames}`,
      ITEMS_REMEDY,
    );
  const { fields = [], hasMore: more, total: size } = strategy;
  const cursors = dataSteps(strategy).flatMap(({ from }) => ("body" in from ? [from.body] : []));
  const paths = [location, ...fields, ...cursors, more, size && "body" in size ? size.body : undefined];
  const known = paths.flatMap((path) =>
    path === undefined || typeof path === "function" ? [] : keysOf(path).slice(0, 1),
  );
  const other = names.find((name) => {
    const value = body[name];
    return Array.isArray(value) && isJsonObject(value[0]) && !known.includes(name);
  });
  if (other !== undefined)
    throw refuse(`it has no ${placeOf(location)}, but a list under \`${other}\``, ITEMS_REMEDY);
  if (names.length === 0 || known.some((name) => Object.hasOwn(body, name))) return;
  throw refuse(
    `the body has none of the fields ${[...new Set(known)].join(", ")}; it has ${shownNames}`,
    "Check the base URL, the path and the page class",
  );
}

function fieldsOf(
  strategy: PaginationStrategy,
  page: StrategyPage,
  { more, refuse }: { more: boolean | null; refuse: Refuse },
): PageBody["fields"] {
  const fields: (readonly [string, unknown])[] = [];
  if (typeof strategy.hasMore === "string") fields.push([strategy.hasMore, more]);
  for (const name of strategy.fields ?? [])
    fields.push([name, checkedCursor(name, valueAt(page.body, name), refuse)]);
  for (const { from, to } of dataSteps(strategy)) {
    const name = sourceName(from);
    const cursor = checkedCursor(name, cursorFrom(from, page), refuse);
    if (to === "url" && typeof cursor === "number") throw refuse(`\`${name}\` is ${cursor}, not a link`);
    if ("body" in from && typeof from.body === "string") fields.push([name, cursor]);
  }
  return fields;
}

function checkedCursor(name: string, cursor: unknown, refuse: Refuse): unknown {
  // A number beyond 2 ** 53 has lost its last digits in JSON.parse, and would lead elsewhere.
  if (typeof cursor === "string" || Number.isSafeInteger(cursor)) return cursor;
  if (cursor === undefined || cursor === null) return null;
  throw refuse(`\`${name}\` is ${kindOf(cursor)}, not text, a safe integer or null`);
}

function hasMore({ hasMore: more }: PaginationStrategy, page: StrategyPage, refuse: Refuse): boolean | null {
  if (more === undefined) return null;
  const value = typeof more === "function" ? more(page) : valueAt(page.body, more);
  if (value === undefined || value === null) return null;
  if (value === true || value === "true" || value === 1) return true;
  if (value === false || value === "false" || value === 0) return false;
  const name = typeof more === "function" ? "the result of `hasMore`" : `\`${pathName(more)}\``;
  throw refuse(`${name} is ${shown(value)}, not true, false or null`);
}

function total(strategy: PaginationStrategy, page: StrategyPage, refuse: Refuse): number | null {
  const { total: source } = strategy;
  if (source === undefined) return null;
  const size = totalOf(strategy, page);
  if (size !== undefined) return size;
  const found = cursorFrom(source, page);
  if (source.optional === true && (found ?? null) === null) return null;
  throw refuse(`\`${sourceName(source)}\` is ${shown(found)}, not the size of the list`);
}

/** The error for a 2xx answer that is not a list. `what` says what it is instead. */
export function notAList(
  what: string,
  { method, response, headers, remedy = "Check the base URL" }: NotAListOptions,
): APIResponseValidationError {
  const { status, requestId, url } = response;
  return new APIResponseValidationError(
    `${requestName({ method, url })} returned ${status} with a body that is not a list: ${what}. ${remedy}`,
    { status, headers, requestId, request: { method, url } },
  );
}

interface NotAListOptions {
  /** The HTTP method of the request. */
  readonly method: string;
  readonly response: Pick<PageResponse, "status" | "requestId" | "url">;
  /** The response headers as an error may show them: a server may have sent credentials back in them. */
  readonly headers?: Headers | undefined;
  readonly remedy?: string | undefined;
}

function placeOf(location: ItemsLocation): string {
  return typeof location === "function" ? "the result of `items`" : `\`${pathName(location)}\``;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `of type ${typeof value}`;
}

/** A value of the server in a message: short, and on one line. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "absent").slice(0, 60);
}
