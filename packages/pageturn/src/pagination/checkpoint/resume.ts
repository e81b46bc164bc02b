import { type Checkpoint, ConfigurationError } from "../../errors/pageturn-error.ts";
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
import {
  asKept,
  checkpointOf,
  isSame,
  type ListCheckpoint,
  type Position,
  type RequestChanges,
} from "./checkpoint.ts";

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
  /** Whether a page before had no place for items. */
  readonly lacksItems?: boolean | undefined;
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
  const { v, path, query, json, size, at, offset, last, reversed, pinned, counted, total, lacksItems } =
    members;
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
  const now = asKept(list, strategy);
  checkFilters(withoutSize(strategy, before), withoutSize(strategy, now));
  const oldSize = pageSize && readParameter(before, pageSize.in);
  const isResized = pageSize !== undefined && !isSame(oldSize, readParameter(now, pageSize.in));
  const keepsSize = isResized && (offset !== 0 || !pageSize.adjustable);
  // A position inside a page, or one that counts pages, is only right with the size of its request.
  const wrongSize = keepsSize ? sizeProblem(parameterName(pageSize.in), oldSize) : null;
  if (wrongSize !== null) throw refused(wrongSize);
  const from = keepsSize ? withParameter(list, pageSize.in, oldSize) : list;
  const request = withChanges(from, at, strategy);
  const start: ListStart = {
    request,
    last: typeof last === "string" ? last : null,
    // With another page size, the pages before are not as many as they were.
    counted: strategy.total?.counts === "pages" && isResized ? undefined : countOrNone(counted),
    total: countOrNone(total),
    ...(lacksItems === true && { lacksItems }),
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

/**
 * The checkpoint of a position in the list that `list` requests.
 *
 * Throws `ConfigurationError` where {@link resumeAt} would refuse it: a link has set a parameter or a path that the
 * strategy does not name.
 */
export function resumableCheckpoint(
  { list, strategy }: { list: PageRequest; strategy: PaginationStrategy },
  position: Position,
): ListCheckpoint {
  const checkpoint = checkpointOf({ list, strategy }, position);
  const { at, pinned } = checkpoint;
  const why = refusal(list, at, strategy) ?? (pinned ? refusal(list, pinned.next, strategy) : null);
  if (why === null) return checkpoint;
  throw new ConfigurationError(`Cannot make a checkpoint of the list of ${list.path}: ${why}`);
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

/** The request that differs from that of the list by `changes`. */
function withChanges(list: PageRequest, changes: unknown, strategy: PaginationStrategy): PageRequest {
  const { path, query, json, headers } = object(changes, "`at`");
  const checked = {
    // The cast: `refusal` accepts nothing but text.
    ...(path !== undefined && { path: path as string }),
    query: object(query ?? {}, "`at.query`"),
    json: leaves(json),
    headers: object(headers ?? {}, "`at.headers`"),
  };
  const why = refusal(list, checked, strategy);
  if (why !== null) throw refused(why);
  const { changed, kept } = queryChanges(list, checked.query, strategy);
  const body = checked.json.reduce(
    (before, [keys, value]) => before && withValueAt(before, keys, value),
    list.json,
  );
  return {
    ...list,
    ...(typeof path === "string" && { path }),
    query: { ...kept, ...changed },
    ...(body !== undefined && { json: body }),
    ...(headers !== undefined && { headers: textsOf({ ...list.headers, ...checked.headers }) }),
  };
}

/** Why a checkpoint may not change the request of the list like this; `null` where it may: only cursors and the page size. */
function refusal(
  list: PageRequest,
  { path, query = {}, json = [], headers = {} }: RequestChanges,
  strategy: PaginationStrategy,
): string | null {
  const cursors = cursorParameters(strategy);
  if (json.length > 0 && list.json === undefined) return "it would add a JSON body";
  if (path !== undefined && !isNamedPath(path, cursors)) {
    const which = path === null ? "a path that is not below the base URL" : `another path, ${show(path)}`;
    return `it is on ${which}, which the strategy does not list in cursors`;
  }
  const size = strategy.pageSize?.in;
  const problem = (id: string, name: string, value: unknown): string | null => {
    if (size !== undefined && idOf(size) === id) return sizeProblem(name, value);
    if (!cursors.some((each) => idOf(each) === id))
      return (
        `it would change ${show(name)}, which is not a cursor of this list. If the list pages by it, name it in ` +
        "`cursors` of its strategy, or in `parameters` of a strategy that follows links"
      );
    const isText = value === null || typeof value === "string" || typeof value === "number";
    return isText ? null : `its cursor ${name} is neither text nor a number`;
  };
  const { changed } = queryChanges(list, query, strategy);
  const problems = [
    ...Object.entries(changed).map(([name, value]) => problem(idOf(name), name, value)),
    ...Object.entries(headers).map(([name, value]) => problem(idOf({ header: name }), name, value)),
    ...json.map(([keys, value]) => {
      // A cursor in a JSON body may be an array or an object.
      const text = typeof value === "object" && value !== null ? "structured" : value;
      return problem(idOf({ json: keys }), keys.join("."), text);
    }),
  ];
  return problems.find((each) => each !== null) ?? null;
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

function leaves(json: unknown): NonNullable<RequestChanges["json"]> {
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
function isNamedPath(path: unknown, cursors: Cursors): boolean {
  const isNamed = (each: Cursors[number]) =>
    typeof each === "object" && "path" in each && each.path.test(String(path));
  return typeof path === "string" && isPlainPath(path) && cursors.some(isNamed);
}

/** Whether a URL parser reads a path as it is written: without `..`, `\\`, `?`, `#`, a host or a line break in it. */
function isPlainPath(path: string): boolean {
  const url = `http://host.invalid${path}`;
  return /^\/(?!\/)/.test(path) && URL.canParse(url) && new URL(url).href === url;
}

function sizeProblem(name: string, value: unknown): string | null {
  if ((value ?? null) === null || /^"?[1-9]\d{0,14}"?$/.test(JSON.stringify(value))) return null;
  return `its page size ${name} is ${show(value)}, not a whole number`;
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
