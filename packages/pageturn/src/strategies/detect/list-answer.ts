import { isJsonObject, type JsonObject, valueAt } from "../../pagination/request/page-request.ts";
import type { ListTotal, Parameter } from "../../pagination/request/strategy.ts";
import {
  type Connection,
  connectionsIn,
  type Field,
  fieldsOf,
  isError,
  isResource,
  listIn,
} from "./find-list.ts";

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
  /** The absolute http or https URL, with its query. */
  readonly url?: string | URL | undefined;
  /** The JSON body, decoded or as text. */
  readonly body?: unknown;
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

/** The page that a response is, or why it is none. */
export function listAnswer(
  response: DecodedResponse,
  request: DetectRequest | undefined,
): ListAnswer | string {
  const { status, body } = response;
  if (!(status >= 200 && status < 300)) return `the status is ${status}`;
  if (typeof body !== "object" || body === null) return "the body is not a JSON object or array";
  const headers = headersOf(response);
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

/** The headers of a response. In JavaScript, they may be left out. */
export function headersOf({ headers }: DecodedResponse): Headers {
  return headers instanceof Headers ? headers : new Headers({ ...headers });
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

/** The parameter `name` of the request: of its JSON body, if it is a POST that has one; else of its query. */
export function requestValue({ request }: ListAnswer, name: string): unknown {
  if (request.isPost && request.json !== undefined)
    return valueAt(request.json, name) ?? request.url?.searchParams.get(name) ?? undefined;
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

/** The number of all items. One page does not show that every page has it, and a list does not need it to find its end. */
export function countOfItems({ path }: Field): ListTotal {
  return { body: shortPath(path), counts: "items", optional: true };
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
