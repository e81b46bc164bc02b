import type { JsonObject, PageRequest, PaginationStrategy } from "pageturn/pagination";
import { valueAt } from "../../src/pagination/request/page-request.ts";
import type { Answer, Row, StrategyAPI } from "../pagination/lists/strategy-apis.ts";

/** The page size of a request that names none. */
export const SIZE = 3;

export const base = "https://api.example.com";

/** One page, as a server writes it. */
export interface ServedPage {
  readonly request: PageRequest;
  /** In the order of the walk. */
  readonly page: readonly Row[];
  /** The position of the next page as text; what the server sends at the end, where there is none. */
  readonly cursor: string | null | undefined;
  readonly more: boolean | undefined;
  readonly total: number | undefined;
  readonly size: number;
  /** The origin of links. */
  readonly origin: string;
}

/** What goes wrong on the second page of a list. */
export type Fault =
  | "emptyPage"
  | "shortPage"
  | "contradiction"
  | "nullCursor"
  | "emptyCursor"
  | "noCursor"
  | "noTotal"
  | "foreignLink"
  | "errorBody"
  | "expiredCursor";

/** What a fault leads to: the walk goes on to the last page, it ends as if that were the last, or it fails with an error. */
export type Expected = "goesOn" | "ends" | RegExp;

/** A ready strategy, with a server that pages as its API documents. */
export interface ReadyAPI {
  readonly strategy: PaginationStrategy;
  readonly request: (size?: number) => PageRequest;
  /** The position that a request asks for, as text; absent for the first page. */
  readonly position: (request: PageRequest) => unknown;
  readonly size?: (request: PageRequest) => unknown;
  readonly write: (page: ServedPage) => Answer;
  /** What is sent as the cursor of the last page. Default: nothing. */
  readonly lastCursor?: string | null;
  readonly isBackward?: boolean;
  /** The outcome of each fault that the API can have. */
  readonly faults: Partial<Readonly<Record<Fault, Expected>>>;
  /** The body of an error, and the status that it comes with. */
  readonly errors?: Partial<
    Readonly<Record<"errorBody" | "expiredCursor", { status: number; body: unknown }>>
  >;
}

/** The position that a text stands for; an empty one, that of the third page. */
function startOf(text: unknown): number {
  return text === "" ? 2 * SIZE : Number.parseInt(String(text).replace(/^id_/, ""), 10);
}

/** The answer to a request, with a fault or without one. */
export function respond(
  api: ReadyAPI,
  { request, rows, fault }: { request: PageRequest; rows: readonly Row[]; fault?: Fault | undefined },
): Answer {
  const text = api.position(request);
  const start = startOf(text ?? 0);
  const size = Number(api.size?.(request) ?? SIZE);
  const end = fault === "shortPage" ? start + size - 1 : start + size;
  const more = end < rows.length;
  const page: ServedPage = {
    request,
    page: rows.slice(start, end),
    cursor: more ? String(end) : api.lastCursor,
    more,
    total: rows.length,
    size,
    origin: base,
  };
  const changes: Partial<Record<Fault, Partial<ServedPage>>> = {
    emptyPage: { page: [], cursor: `${start}e` },
    contradiction: { cursor: api.lastCursor },
    nullCursor: { cursor: null, more: undefined },
    emptyCursor: { cursor: "", more: undefined },
    noCursor: { cursor: undefined, more: undefined },
    noTotal: { total: undefined },
    foreignLink: { origin: "https://elsewhere.example" },
  };
  return api.write({ ...page, ...(fault && changes[fault]) });
}

/** The API as the laws of a walk need it. */
export function asStrategyAPI(api: ReadyAPI): StrategyAPI {
  return {
    strategy: api.strategy,
    request: api.request,
    answer: (request, rows) => respond(api, { request, rows }),
    hasIds: true,
    ...(api.isBackward && { walk: { order: "traversal" } }),
  };
}

/** An API with a cursor in its query. */
export function queryAPI(
  names: {
    readonly path?: string;
    readonly cursor: string;
    readonly size?: string;
    readonly query?: JsonObject;
  },
  rest: Omit<ReadyAPI, "request" | "position" | "size">,
): ReadyAPI {
  const { path = "/list", cursor, size, query } = names;
  return {
    request: (asked) => ({ base, path, query: { ...query, ...(size && { [size]: asked }) } }),
    position: (request) => request.query[cursor],
    ...(size && { size: (request: PageRequest) => request.query[size] }),
    ...rest,
  };
}

/** An API with a cursor in its JSON body. */
export function jsonAPI(
  names: { readonly json: JsonObject; readonly cursor: readonly string[]; readonly size?: readonly string[] },
  rest: Omit<ReadyAPI, "request" | "position" | "size">,
): ReadyAPI {
  const { json, cursor, size } = names;
  const withSize = (asked: number | undefined): JsonObject => {
    if (size === undefined || asked === undefined) return json;
    const [outer = "", inner] = size;
    return { ...json, [outer]: inner === undefined ? asked : { ...Object(json[outer]), [inner]: asked } };
  };
  return {
    request: (asked) => ({ base, path: "/list", query: {}, json: withSize(asked) }),
    position: (request) => valueAt(request.json, cursor),
    ...(size && { size: (request: PageRequest) => valueAt(request.json, size) }),
    ...rest,
  };
}

/** A link to a page: the path, and the query of the request with these parameters in place. */
export function linkTo(
  { request, origin }: Pick<ServedPage, "request" | "origin">,
  { path = request.path, query }: { readonly path?: string; readonly query: JsonObject },
): string {
  const url = new URL(path, origin);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
  return url.href;
}
