import type { ServedEndpoint } from "../anthropic/catalog/served-endpoint.ts";
import { ApiProblem } from "./api-problem.ts";
import type { Mark } from "./data/position-code.ts";
import type { Direction, ServedList } from "./data/served-list.ts";
import { pageSize } from "./page-size.ts";

/** Where a page begins (forward) or ends (backward). */
export interface ListCursor {
  readonly direction: Direction;
  /** The number of items before the place. */
  readonly mark: Mark;
}

/** A request that passed all checks. */
export interface ListRequest {
  readonly list: ServedList;
  readonly limit: number;
  /** Null on the first page. */
  readonly cursor: ListCursor | null;
  /** The positions of the items asked for by id; null where it is a normal page. */
  readonly picked: readonly number[] | null;
}

/** Throws `ApiProblem` where a required parameter is missing. */
export function checkRequired({ queryParams }: ServedEndpoint, query: URLSearchParams): void {
  for (const { wire, required } of queryParams) {
    if (required === true && (query.get(wire) ?? "") === "")
      throw new ApiProblem(400, `${wire}: Field required`);
  }
}

/** Whether a request asks for the other order than the endpoint's own. Throws `ApiProblem` for an unknown one. */
export function isReversed({ queryParams }: ServedEndpoint, query: URLSearchParams): boolean {
  const param = queryParams.find(({ wire }) => wire === "order");
  const order = query.get("order");
  if (param === undefined || order === null || order === "") return false;
  if (order !== "asc" && order !== "desc")
    throw new ApiProblem(400, "order: Input should be 'asc' or 'desc'");
  return order !== (param.default ?? "asc");
}

/** Reads what a request asks of a list. Throws `ApiProblem` as the API would refuse it. */
export function readListRequest(list: ServedList, query: URLSearchParams): ListRequest {
  const limit = pageSize(list.endpoint, query);
  const cursor = readCursor(list, query);
  const ids = new Set(query.getAll("ids[]"));
  if (ids.size === 0 || !list.endpoint.queryParams.some(({ wire }) => wire === "ids[]")) {
    return { list, limit, cursor, picked: null };
  }
  if (cursor !== null || query.has("limit")) {
    throw new ApiProblem(400, "ids: Cannot be combined with a cursor or limit");
  }
  if (ids.size > 100) throw new ApiProblem(400, "ids: At most 100 ids are allowed");
  const picked = [...ids].flatMap((id) => list.findId(id)?.position ?? []);
  return { list, limit, cursor, picked };
}

function readCursor(list: ServedList, query: URLSearchParams): ListCursor | null {
  if (list.endpoint.page !== "Page") {
    return readToken(list, query, list.endpoint.page === "TokenPage" ? "page_token" : "page");
  }
  const after = query.get("after_id") || null;
  const before = query.get("before_id") || null;
  if (after !== null && before !== null) {
    throw new ApiProblem(400, "Only one of after_id and before_id can be given");
  }
  if (after !== null) {
    const { position, salt } = findItem(list, "after_id", after);
    return { direction: "forward", mark: { position: position + 1, salt } };
  }
  return before === null ? null : { direction: "backward", mark: findItem(list, "before_id", before) };
}

function findItem(list: ServedList, name: string, id: string): Mark {
  const mark = list.findId(id);
  if (mark === null) throw new ApiProblem(400, `${name}: No item with the id '${id}'`);
  return mark;
}

function readToken(list: ServedList, query: URLSearchParams, name: string): ListCursor | null {
  const token = query.get(name);
  if (token === null || token === "") return null;
  const cursor = list.readToken(token);
  if (cursor === null) throw new ApiProblem(400, `${name}: Invalid or expired cursor`);
  return cursor;
}
