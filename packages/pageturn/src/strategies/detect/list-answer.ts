import { isJsonObject, type JsonObject, valueAt } from "../../pagination/request/page-request.ts";
import type { Parameter } from "../../pagination/request/strategy.ts";

/** A response whose body is decoded. */
export interface DecodedResponse {
  readonly status: number;
  readonly headers: Headers | Readonly<Record<string, string>>;
  /** The decoded JSON. Anything else, such as the text of a page in HTML, is not recognised. */
  readonly body: unknown;
}

/** The request that a response answers. */
export interface DetectRequest {
  /** Default `"GET"`, or `"POST"` with a body. */
  readonly method?: string | undefined;
  /** The absolute URL, with its query. */
  readonly url?: string | URL | undefined;
  /** The JSON body, decoded or as text. */
  readonly body?: unknown;
}

/** A value beside the items: at the top of the body, or in an object whose name speaks of pages, such as `meta`. */
export interface Field {
  readonly path: readonly string[];
  /** The last key of the path. */
  readonly name: string;
  /** Text, number, boolean or null. */
  readonly value: unknown;
}

/** A GraphQL connection: an object with `pageInfo` beside `nodes` or `edges`. */
export interface Connection {
  readonly path: readonly string[];
  readonly pageInfo: JsonObject;
  readonly items: readonly unknown[];
}

/** A page of a list as the detectors see it. */
export interface ListAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The decoded body. An array is possible too: it has no fields. */
  readonly body: JsonObject;
  readonly itemsPath: readonly string[];
  readonly items: readonly unknown[];
  readonly fields: readonly Field[];
  /** The GraphQL connections of the body. Where there are any, the items are those of the first one. */
  readonly connections: readonly Connection[];
  /** Whether the body looks like one resource with a list in it, such as an order with its lines. */
  readonly isResource: boolean;
  readonly request: {
    readonly isKnown: boolean;
    readonly isPost: boolean;
    /** `null` where the URL is not known, or is none. */
    readonly url: URL | null;
    readonly json: JsonObject | undefined;
  };
}

/** How many keys and links are looked at, whatever the size of the body. */
const MAX_KEYS = 2000;
const MAX_DEPTH = 4;

/** The page that a response is, or why it is none. */
export function listAnswer(
  response: DecodedResponse,
  request: DetectRequest | undefined,
): ListAnswer | string {
  const { status, body } = response;
  if (!(status >= 200 && status < 300)) return `the status is ${status}`;
  if (typeof body !== "object" || body === null) return "the body is not a JSON object or array";
  const headers =
    response.headers instanceof Headers ? response.headers : new Headers({ ...response.headers });
  const url = requestURL(request);
  // The cast: an array has none of the keys that are read.
  const object = body as JsonObject;
  if (!Array.isArray(body) && isError(object)) return "the body is an error";
  const connections = Array.isArray(body) ? [] : connectionsIn(object);
  const list = connections[0] ?? (Array.isArray(body) ? { path: [], items: body } : listIn(object, url));
  if (typeof list === "string") return list;
  const json = decoded(request?.body);
  return {
    status,
    headers,
    body: object,
    itemsPath: list.path,
    items: list.items,
    fields: fieldsOf(object, list.path),
    connections,
    isResource: list.path.length === 1 && isResource(object),
    request: {
      isKnown: request !== undefined && (url !== null || json !== undefined),
      isPost: (request?.method ?? (json === undefined ? "GET" : "POST")).toUpperCase() === "POST",
      url,
      json,
    },
  };
}

function requestURL(request: DetectRequest | undefined): URL | null {
  const text = String(request?.url ?? "");
  return URL.canParse(text) ? new URL(text) : null;
}

function decoded(body: unknown): JsonObject | undefined {
  try {
    const json: unknown = typeof body === "string" ? JSON.parse(body) : body;
    return isJsonObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isError(body: JsonObject): boolean {
  const { ok, success, error, errors, type } = body;
  return (
    ok === false ||
    success === false ||
    type === "error" ||
    (isJsonObject(error) && Object.keys(error).length > 0) ||
    (typeof error === "string" && error !== "") ||
    (Array.isArray(errors) && errors.length > 0)
  );
}

function isResource(body: JsonObject): boolean {
  if (own(body, "jsonrpc") !== undefined) return false;
  return ["id", "_id", "uuid", "gid", "title", "isbn"].some((name) => {
    const value = own(body, name);
    return typeof value === "string" || typeof value === "number";
  });
}

function connectionsIn(body: JsonObject): readonly Connection[] {
  const found: Connection[] = [];
  let left = MAX_KEYS;
  const visit = (object: JsonObject, path: readonly string[]) => {
    for (const [name, value] of entriesOf(object, left)) {
      left -= 1;
      if (!isJsonObject(value)) continue;
      const items = own(value, "nodes") ?? own(value, "edges");
      const pageInfo = own(value, "pageInfo");
      if (isJsonObject(pageInfo) && Array.isArray(items))
        found.push({ path: [...path, name], pageInfo, items });
      else if (path.length < MAX_DEPTH + 2) visit(value, [...path, name]);
    }
  };
  const data = own(body, "data");
  if (isJsonObject(data)) visit(data, ["data"]);
  return found;
}

/** Objects that hold the list of a body: `hits.hits`, `result.tools`, `_embedded.orders`. */
const WRAPPERS = ["data", "result", "results", "response", "payload", "hits", "_embedded"];
/** Keys of lists that stand beside the items. */
const BESIDE = /^(?:errors|warnings|included|_?links|curies|facets|aggregations|unreachable|expand|scopes)$/i;
const USUAL = [
  "data",
  "items",
  "results",
  "result",
  "records",
  "values",
  "value",
  "entries",
  "hits",
  "nodes",
  "edges",
  "rows",
  "list",
  "content",
  "objects",
  "elements",
  "docs",
];

interface FoundList {
  readonly path: readonly string[];
  readonly items: readonly unknown[];
}

/** The list of a body: at its top or in a wrapper. Text says why there is none. */
function listIn(body: JsonObject, url: URL | null): FoundList | string {
  const top = chosenList(body, url);
  if (typeof top === "string" || (top !== null && isJsonObject(top.items[0]))) return top;
  for (const wrapper of WRAPPERS) {
    const inner = own(body, wrapper);
    const list = isJsonObject(inner) ? chosenList(inner, url) : null;
    if (typeof list === "string") return list;
    if (list !== null && (top === null || list.items.length > 0))
      return { ...list, path: [wrapper, ...list.path] };
  }
  if (top === null) return "the body has no list";
  // A list of words may stand beside the items, which are in an object then.
  const object = entriesOf(body).find(
    ([name, value]) => isJsonObject(value) && !AROUND.test(name) && !BESIDE.test(name),
  );
  const isClear = object === undefined || Object.keys(object[1] ?? {}).length === 0;
  return isClear ? top : "the body has a list of values, and objects";
}

/** The only list of an object; one of several by its name. Text says why none is chosen, null that there is none. */
function chosenList(object: JsonObject, url: URL | null): FoundList | string | null {
  const all = entriesOf(object).flatMap(([name, value]) =>
    Array.isArray(value) && !BESIDE.test(name) ? [{ name, path: [name], items: value }] : [],
  );
  const filled = all.filter(({ items }) => items.length > 0);
  const lists = filled.length > 0 ? filled : all;
  if (all.length < 2) return lists[0] ?? null;
  const segment = url?.pathname
    .replace(/\/$/, "")
    .replace(/\.\w+$/, "")
    .split("/")
    .at(-1);
  const named = lists.filter(({ name }) => name === segment);
  const usual = named.length > 0 ? named : lists.filter(({ name }) => USUAL.includes(name));
  return usual.length === 1 && usual[0] !== undefined
    ? usual[0]
    : `the body has several lists: ${lists
        .slice(0, 5)
        .map(({ name }) => JSON.stringify(name.slice(0, 40)))
        .join(", ")}`;
}

/** Objects with what a page says of itself. */
const AROUND =
  /^(?:_?meta(?:_?data)?|_?links|_?paging|_?paginat(?:ion|or)|pages?|page_?info|result_info|response_metadata|cursors|next|next_?page|total)$/i;

function fieldsOf(body: JsonObject, itemsPath: readonly string[]): readonly Field[] {
  const fields: Field[] = [];
  let left = MAX_KEYS;
  const visit = (object: JsonObject, path: readonly string[]) => {
    for (const [name, value] of entriesOf(object, left)) {
      left -= 1;
      const at = [...path, name];
      if (value === null || ["string", "number", "boolean"].includes(typeof value))
        fields.push({ path: at, name, value });
      else if (isJsonObject(value) && at.length < MAX_DEPTH && (AROUND.test(name) || isPrefix(at, itemsPath)))
        visit(value, at);
    }
  };
  if (!Array.isArray(body)) visit(body, []);
  return fields;
}

function isPrefix(path: readonly string[], whole: readonly string[]): boolean {
  return path.every((key, index) => whole[index] === key);
}

/** The members of an object, at most `limit`. Members with the names of Object's own machinery are left out. */
export function entriesOf(object: JsonObject, limit = MAX_KEYS): (readonly [string, unknown])[] {
  const entries: (readonly [string, unknown])[] = [];
  for (const name in object) {
    if (entries.length >= limit) break;
    if (!Object.hasOwn(object, name) || /^(?:__proto__|constructor|prototype)$/.test(name)) continue;
    entries.push([name, object[name]]);
  }
  return entries;
}

/** A member of an object; `undefined` for what it inherits. */
export function own(object: unknown, name: string): unknown {
  return valueAt(object, [name]);
}

/** The parameter `name` of the request: of its JSON body, if it is a POST that has one; else of its query. */
export function requestValue({ request }: ListAnswer, name: string): unknown {
  if (request.isPost && request.json !== undefined)
    return own(request.json, name) ?? request.url?.searchParams.get(name) ?? undefined;
  return request.url?.searchParams.get(name) ?? undefined;
}

/** Where the parameter `name` goes. A POST with a JSON body takes it there, unless its URL has it. */
export function placeOf({ request }: ListAnswer, name: string): Parameter {
  const isInBody = request.isPost && request.json !== undefined && !request.url?.searchParams.has(name);
  return isInBody ? { json: name } : name;
}

/** A path as options take it: a single key as text. */
export function shortPath(path: readonly string[]): string | readonly string[] {
  return path.length === 1 ? (path[0] ?? []) : path;
}

/** A path as evidence shows it. */
export function shown(path: readonly string[]): string {
  return path.length === 0
    ? "the body"
    : `\`${path
        .join(".")
        .replaceAll(/[^\x20-\x7e]|`/g, "?")
        .slice(0, 80)}\``;
}

/** The host of the request; `""` where it is not known. */
export function hostOf({ request }: ListAnswer): string {
  return request.url?.hostname ?? "";
}

/** The first field with one of these names that has such a value. */
export function fieldNamed(
  answer: ListAnswer,
  names: RegExp,
  test: (value: unknown) => boolean = () => true,
): Field | undefined {
  return answer.fields.find(({ name, value }) => names.test(name) && test(value));
}

/** The field that says whether there is more; undefined where none does. */
export function moreField(answer: ListAnswer): Field | undefined {
  return fieldNamed(
    answer,
    /^(?:has_?more|more|(?:is_?)?truncated|has_?next(?:_?page)?)$/i,
    (value) => typeof value === "boolean",
  );
}
