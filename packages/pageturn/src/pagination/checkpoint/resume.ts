import type { Checkpoint } from "../../errors/pageturn-error.ts";
import { CheckpointError } from "../../errors/pagination-error.ts";
import { isMaskedParameter } from "../../errors/secrets.ts";
import type { Resumption } from "../page/base-page.ts";
import {
  isJsonObject,
  type JsonObject,
  keysOf,
  type PageRequest,
  withValueAt,
} from "../request/page-request.ts";
import { wirePairs } from "../request/query.ts";
import {
  cursorParameters,
  headerName,
  type PaginationStrategy,
  parameterName,
  readParameter,
  withoutSize,
  withParameter,
} from "../request/strategy.ts";
import { asKept, isSame } from "./checkpoint.ts";

/** Where a resumed walk begins. */
export interface ListStart {
  readonly request: PageRequest;
  readonly resumption?: Resumption | undefined;
  /** The key of the item before it; `null` at the start of the list. */
  readonly last?: string | null;
  /** How many items or pages, as the strategy counts its total, are in the pages before; absent where not known. */
  readonly counted?: number | undefined;
  /** The smallest total that the server has declared. */
  readonly total?: number | undefined;
}

/**
 * Where a list that is requested with `list` begins when it is resumed from `checkpoint`.
 *
 * A checkpoint is hostile input, because it may have been stored anywhere. It can move the cursors and nothing else.
 * One that would change the path, a filter or the body, or that does not have the expected form, is refused with a
 * {@link CheckpointError}. The page size may differ where the strategy says that it is adjustable: the page under the
 * checkpoint is requested with the old size, the pages after it with the new one. Elsewhere all keep the old size.
 */
export function resumeAt(list: PageRequest, checkpoint: Checkpoint, strategy: PaginationStrategy): ListStart {
  if (typeof checkpoint === "string") throw refused("it is text: parse it with JSON.parse() first");
  const members = object(plainCopy(checkpoint), "it");
  const { v, path, query, json, size, at, offset, last, reversed, pinned, counted, total } = members;
  if (v !== 2) throw refused(`its version is ${show(v)}, not 2`);
  if (path !== list.path) throw refused(`it belongs to the list of ${show(path)}, not of ${list.path}`);
  if (!Number.isSafeInteger(offset) || Number(offset) < 0) throw refused("`offset` is not a whole number");
  const { pageSize } = strategy;
  const sizeHeader = headerName(pageSize?.in);
  const before = {
    path: list.path,
    query: object(query, "`query`"),
    json: object(json ?? {}, "`json`"),
    headers: textsOf(sizeHeader === undefined ? {} : { [sizeHeader]: size }),
  };
  const now = asKept(list);
  checkFilters(withoutSize(strategy, before), withoutSize(strategy, now));
  const oldSize = pageSize && readParameter(before, pageSize.in);
  const isResized = pageSize !== undefined && !isSame(oldSize, readParameter(now, pageSize.in));
  const keepsSize = isResized && (offset !== 0 || !pageSize.adjustable);
  // A position inside a page, or one that counts pages, is only right with the size of its request.
  if (keepsSize) checkSize(parameterName(pageSize.in), oldSize);
  const from = keepsSize ? withParameter(list, pageSize.in, oldSize) : list;
  const request = withChanges(from, at, strategy);
  const start: ListStart = {
    request,
    last: typeof last === "string" ? last : null,
    // With another page size, the pages before are not as many as they were.
    counted: strategy.total?.counts === "pages" && isResized ? undefined : countOrNone(counted),
    total: countOrNone(total),
  };
  if (offset === 0) return start;
  if (typeof last !== "string") throw refused("`last` is not text");
  const resumption = { offset: Number(offset), last, reversed: reversed === true };
  if (pinned === undefined) return { ...start, resumption };
  const { first, next } = object(pinned, "`pinned`");
  if (typeof first !== "string") throw refused("`pinned.first` is not text");
  return {
    ...start,
    resumption: { ...resumption, pinned: { first, request: withChanges(from, next, strategy) } },
  };
}

/** A checkpoint as plain JSON: no getters, no cycles, nothing too deep to examine. */
export function plainCopy(checkpoint: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(checkpoint));
  } catch {
    throw refused("it is not plain JSON");
  }
}

function checkFilters(before: PageRequest, now: PageRequest): void {
  for (const part of ["query", "json"] as const) {
    const [old = {}, current = {}] = [before[part], now[part]];
    for (const name of new Set([...Object.keys(old), ...Object.keys(current)])) {
      const was = Object.hasOwn(old, name) ? old[name] : undefined;
      const is = Object.hasOwn(current, name) ? current[name] : undefined;
      if (isSame(was, is)) continue;
      throw refused(
        `it belongs to a list ${filter(name, was)}, and this list is requested ${filter(name, is)}`,
      );
    }
  }
}

function filter(name: string, value: unknown): string {
  if (value === undefined) return `without ${name}`;
  return `with ${name} = ${isMaskedParameter(name) ? "[redacted]" : show(value)}`;
}

type Cursors = ReturnType<typeof cursorParameters>;

/** The request that differs from that of the list by `changes`. Only cursors and the page size may differ. */
function withChanges(list: PageRequest, changes: unknown, strategy: PaginationStrategy): PageRequest {
  const { path, query, json, headers } = object(changes, "`at`");
  const cursors = cursorParameters(strategy);
  const size = strategy.pageSize?.in;
  const check = (id: string, name: string, value: unknown) => {
    if (size !== undefined && idOf(size) === id) checkSize(name, value);
    else if (!cursors.some((each) => idOf(each) === id))
      throw refused(
        `it would change ${show(name)}, which is not a cursor of this list. If the list pages by it, name it in ` +
          "`cursors` of its strategy, or in `parameters` of a strategy that follows links",
      );
    else if (value !== null && typeof value !== "string" && typeof value !== "number")
      throw refused(`its cursor ${name} is neither text nor a number`);
  };
  const { changed: changedQuery, kept } = queryChanges(list, object(query ?? {}, "`at.query`"), strategy);
  for (const [name, value] of Object.entries(changedQuery)) check(idOf(name), name, value);
  const changedHeaders = object(headers ?? {}, "`at.headers`");
  for (const [name, value] of Object.entries(changedHeaders)) check(idOf({ header: name }), name, value);
  let body = list.json;
  for (const [keys, value] of leaves(json)) {
    if (body === undefined) throw refused("it would add a JSON body");
    // A cursor in a JSON body may be an array or an object.
    const text = typeof value === "object" && value !== null ? "structured" : value;
    check(idOf({ json: keys }), keys.join("."), text);
    body = withValueAt(body, keys, value);
  }
  return {
    ...list,
    ...(path !== undefined && { path: otherPath(path, cursors) }),
    query: { ...kept, ...changedQuery },
    ...(body !== undefined && { json: body }),
    ...(headers !== undefined && { headers: textsOf({ ...list.headers, ...changedHeaders }) }),
  };
}

/**
 * The changes of a query, and what they are laid over. A link that replaces the query drops filters of the list: its cursor
 * stands for them. Without a cursor, nothing may be dropped.
 */
function queryChanges(
  { query }: PageRequest,
  changes: JsonObject,
  strategy: PaginationStrategy,
): { readonly changed: JsonObject; readonly kept: PageRequest["query"] } {
  const cursors = cursorParameters(strategy).map(idOf);
  const isCursor = (name: string) => cursors.includes(idOf(name));
  const isMoved = Object.entries(changes).some(([name, value]) => value !== null && isCursor(name));
  if (strategy.links !== "replace" || !isMoved) return { changed: changes, kept: query };
  const isDropped = (name: string) => changes[name] === null && !isCursor(name);
  const kept = Object.entries(query).filter(
    ([name, value]) => !wirePairs({ [name]: value }).some(([wireName]) => isDropped(wireName)),
  );
  const changed = Object.entries(changes).filter(([name]) => !isDropped(name));
  return { changed: Object.fromEntries(changed), kept: Object.fromEntries(kept) };
}

/** A text that two parameters share exactly where they are the same. */
function idOf(parameter: Cursors[number]): string {
  if (typeof parameter === "string") return `query ${parameter}`;
  if ("query" in parameter) return `query ${parameter.query}`;
  if ("header" in parameter) return `header ${headerName(parameter)}`;
  return "json" in parameter ? `json ${JSON.stringify(keysOf(parameter.json))}` : "path";
}

/** Headers without those that are taken out; a number is sent as text. */
function textsOf(headers: JsonObject): Record<string, string> {
  const set = Object.entries(headers).filter(([, value]) => (value ?? null) !== null);
  return Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
}

function leaves(json: unknown): (readonly [readonly string[], unknown])[] {
  if (json === undefined) return [];
  if (!Array.isArray(json)) throw refused("`at.json` is not an array");
  return json.map((leaf) => {
    const [path, value]: unknown[] = Array.isArray(leaf) ? leaf : [];
    if (!Array.isArray(path) || path.length === 0 || path.some((key) => typeof key !== "string"))
      throw refused("a change in `at.json` has no path");
    return [path, value] as const;
  });
}

/**
 * A link may lead a walk to another path of the origin, a checkpoint only to those that the strategy names: whoever
 * could write a checkpoint could otherwise choose what is requested with the caller's credentials.
 */
function otherPath(path: unknown, cursors: Cursors): string {
  const isNamed = (each: Cursors[number]) =>
    typeof each === "object" && "path" in each && each.path.test(String(path));
  if (typeof path === "string" && isPlainPath(path) && cursors.some(isNamed)) return path;
  const which = path === null ? "a path that is not below the base URL" : `another path, ${show(path)}`;
  throw refused(`it is on ${which}, which the strategy does not list in cursors`);
}

/** Whether a URL parser reads a path as it is written: without `..`, `\\`, `?`, `#`, a host or a line break in it. */
function isPlainPath(path: string): boolean {
  const url = `http://host.invalid${path}`;
  return /^\/(?!\/)/.test(path) && URL.canParse(url) && new URL(url).href === url;
}

function checkSize(name: string, value: unknown): void {
  if ((value ?? null) === null || /^"?[1-9]\d{0,14}"?$/.test(JSON.stringify(value))) return;
  throw refused(`its page size ${name} is ${show(value)}, not a whole number`);
}

/** Accepts a JSON object and refuses everything else. */
export function object(value: unknown, name: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw refused(`${name} is not a JSON object`);
}

/** The error for a checkpoint that cannot be used. */
export function refused(why: string): CheckpointError {
  return new CheckpointError(
    `Cannot resume from this checkpoint: ${why}. Pass a checkpoint unchanged, to the same list with the same parameters`,
  );
}

function countOrNone(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? "undefined").slice(0, 100);
}
