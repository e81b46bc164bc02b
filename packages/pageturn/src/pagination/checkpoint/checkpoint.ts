import type { Checkpoint } from "../../errors/pageturn-error.ts";
import { isMaskedParameter, isSecretParameter } from "../../errors/secrets.ts";
import type { Resumption } from "../page/base-page.ts";
import {
  canonical,
  isJsonObject,
  type JsonObject,
  keysOf,
  type PageRequest,
} from "../request/page-request.ts";
import { wireQuery } from "../request/query.ts";
import { cursorParameters, headerName, type PaginationStrategy } from "../request/strategy.ts";

/** The members of a checkpoint of one list. Users treat it as opaque. */
export interface ListCheckpoint extends Checkpoint {
  readonly v: 2;
  /** The path of the list, without host. */
  readonly path: string;
  /** The query of the list as it is written in a URL: the filters that a resumed walk has to repeat. */
  readonly query: JsonObject;
  /** The JSON body of the list; absent where it has none. */
  readonly json?: JsonObject;
  /** The page size of the list, where it is sent as a header. Other headers may be secrets, and are not kept. */
  readonly size?: unknown;
  /** How the request of the page under the walk differs from that of the list. */
  readonly at: RequestChanges;
  /** How many items of that page have been returned. */
  readonly offset: number;
  /** The key of the last item returned, from that page or the one before; `null` where there is none. */
  readonly last: string | null;
  /** Present where the items of that page are returned in the opposite order (`order: "traversal"`). */
  readonly reversed?: true;
  /** Present inside a page that is walked backward in the API's order: its first item, and the request after it. */
  readonly pinned?: { readonly first: string; readonly next: RequestChanges };
  /** Where the list declares a total: how many items or pages, as the total counts, are in the pages before. */
  readonly counted?: number;
  /** The smallest total that the server has declared. */
  readonly total?: number;
  /** Present where a page before had no place for items: a walk that goes on from here is not complete either. */
  readonly lacksItems?: true;
}

/** What differs between two requests of a list. A value of `null` takes the parameter out. */
export interface RequestChanges {
  /** Only where a link led to another path; `null` where that is not below the base URL of the list. */
  readonly path?: string | null;
  readonly query?: JsonObject;
  /** Leaves of the JSON body, each with the path of keys that leads to it. */
  readonly json?: readonly (readonly [path: readonly string[], value: unknown])[];
  readonly headers?: JsonObject;
}

/** A position in a walk: after the first `offset` items of the page that answers `at`. See {@link ListCheckpoint}. */
export interface Position extends Pick<ListCheckpoint, "last">, Omit<Resumption, "last"> {
  readonly at: PageRequest;
  readonly counted: number;
  readonly total: number;
  readonly lacksItems: boolean;
}

/** The checkpoint of a position in the list that `list` requests. */
export function checkpointOf(
  { list, strategy }: { list: PageRequest; strategy: PaginationStrategy },
  { at, offset, last, reversed, pinned, counted, total, lacksItems }: Position,
): ListCheckpoint {
  const from = asKept(list, strategy);
  const sizeHeader = headerName(strategy.pageSize?.in);
  const size = sizeHeader === undefined ? undefined : list.headers?.[sizeHeader];
  return {
    v: 2,
    path: list.path,
    query: from.query,
    ...(list.json !== undefined && { json: from.json }),
    ...(size !== undefined && { size }),
    at: changesBetween(from, at, strategy),
    offset,
    last,
    ...(offset > 0 && reversed && { reversed }),
    ...(pinned !== undefined && {
      pinned: { first: pinned.first, next: changesBetween(from, pinned.request, strategy) },
    }),
    ...(strategy.total !== undefined && Number.isSafeInteger(counted) && { counted }),
    ...(strategy.total !== undefined && Number.isSafeInteger(total) && { total }),
    ...(lacksItems && { lacksItems }),
  };
}

/** The checkpoint at the start of its page. */
export function atPageStart({ pinned: _, reversed: __, ...checkpoint }: ListCheckpoint): ListCheckpoint {
  return { ...checkpoint, offset: 0, last: null };
}

/** How the request `to` differs from that of the list, both as they are kept. */
function changesBetween(list: KeptRequest, to: PageRequest, strategy: PaginationStrategy): RequestChanges {
  const at = asKept(to, strategy);
  const query = changes(list.query, at.query);
  const cursors = cursorParameters(strategy).flatMap((each) =>
    typeof each === "object" && "json" in each ? [JSON.stringify(keysOf(each.json))] : [],
  );
  const json = changedLeaves(list.json, at.json, { cursors, above: [] });
  const headers = changes(list.headers ?? {}, at.headers ?? {});
  return {
    ...(pathOf(at) !== pathOf(list) && { path: at.base === list.base ? at.path : null }),
    ...(Object.keys(query).length > 0 && { query }),
    ...(json.length > 0 && { json }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

function pathOf({ base = "", path }: PageRequest): string {
  return base + path;
}

type KeptRequest = PageRequest & { readonly json: JsonObject };

/**
 * The request as a checkpoint keeps it: the query as it is written, without credentials, as a checkpoint may be stored
 * anywhere; the body as plain JSON. Cursors of the strategy stay, whatever their names: without them the list would begin again.
 */
export function asKept(request: PageRequest, strategy: PaginationStrategy): KeptRequest {
  const cursors = cursorParameters(strategy);
  const isCursor = (name: string) => cursors.some((each) => queryName(each) === name);
  const written = Object.entries(plain(wireQuery(request.query)));
  const kept = written.flatMap(([name, value]): [string, unknown][] => {
    if (isCursor(name) || !isMaskedParameter(name)) return [[name, value]];
    return isSecretParameter(name) ? [] : [[name, digest(value)]];
  });
  return { ...request, query: Object.fromEntries(kept), json: plain(request.json) };
}

/** The name of a cursor in the query; `undefined` where it is elsewhere. */
function queryName(cursor: ReturnType<typeof cursorParameters>[number]): string | undefined {
  if (typeof cursor === "string") return cursor;
  return "query" in cursor ? cursor.query : undefined;
}

/**
 * Stands for a value that may be a filter or a credential. 32 bits show that another list is resumed, and are too few to
 * find a credential by.
 */
function digest(value: unknown): string {
  return `[redacted] ${lane(JSON.stringify(value), M1).toString(36)}`;
}

/** `values` as they are in JSON: dates as text; members that are undefined or null are left out. */
function plain(values: JsonObject = {}): JsonObject {
  const sent = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return JSON.parse(JSON.stringify(Object.fromEntries(sent)));
}

function changes(before: JsonObject, after: JsonObject): JsonObject {
  const left = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const set = Object.entries(after).filter(
    ([name, value]) => !Object.hasOwn(before, name) || !isSame(before[name], value),
  );
  return Object.fromEntries([...left.map((name) => [name, null] as const), ...set]);
}

type Leaf = readonly [path: readonly string[], value: unknown];

/** A cursor is one leaf, also where it is an object: its parts belong together. */
function changedLeaves(
  before: JsonObject,
  after: JsonObject,
  { cursors, above }: { cursors: readonly string[]; above: readonly string[] },
): Leaf[] {
  return Object.entries(changes(before, after)).flatMap(([name, value]): Leaf[] => {
    const path = [...above, name];
    const old = before[name];
    if (!isJsonObject(value) || cursors.includes(JSON.stringify(path))) return [[path, value]];
    return changedLeaves(isJsonObject(old) ? old : {}, value, { cursors, above: path });
  });
}

/** Whether two JSON values are equal. The order of keys does not matter: stores such as jsonb change it. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/**
 * The key that distinguishes an item from its neighbours: its id where it has one, else a fingerprint of the item. Items
 * that are nested too deep for JSON have the same key: among them, only the offset counts.
 */
export function itemKey(item: unknown): string {
  if (hasId(item)) return String(item.id);
  try {
    return fingerprint(JSON.stringify(item));
  } catch {
    return "";
  }
}

/** Whether two pages have the same items. Mostly the first item shows that they have not. */
export function haveSameKeys(items: readonly unknown[], others: readonly unknown[]): boolean {
  return items.length === others.length && items.every((item, at) => itemKey(item) === itemKey(others[at]));
}

/** Whether an item has an id, which identifies it on any page. */
export function hasId(item: unknown): item is { readonly id: string | number } {
  if (typeof item !== "object" || item === null || !("id" in item)) return false;
  return typeof item.id === "string" || Number.isSafeInteger(item.id);
}

/**
 * 128 bits of `text` in letters and digits: small to keep, and two different texts of one walk never meet in
 * practice. Not a cryptographic hash: it guards against mistakes, not against someone who wants a collision.
 */
function fingerprint(text: string): string {
  // Joined, because a string made with `+` would keep its parts in memory.
  return MULTIPLIERS.map((multiplier) => lane(text, multiplier).toString(36).padStart(7, "0")).join("");
}

/** The same bits in eight code units. It is faster, and cannot be printed or sent. */
export function packedFingerprint(text: string): string {
  const a = lane(text, M1);
  const b = lane(text, M2);
  const c = lane(text, M3);
  const d = lane(text, M4);
  return String.fromCharCode(a >>> 16, a, b >>> 16, b, c >>> 16, c, d >>> 16, d);
}

/** Odd, so that no bit is lost; four of them, so that the lanes are independent. */
const M1 = 0x9e3779b1;
const M2 = 0x85ebca77;
const M3 = 0xc2b2ae3d;
const M4 = 0x27d4eb2f;
const MULTIPLIERS = [M1, M2, M3, M4];

function lane(text: string, multiplier: number): number {
  let state = multiplier ^ text.length;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), multiplier);
    state ^= state >>> 15;
  }
  state = Math.imul(state ^ (state >>> 16), multiplier);
  return (state ^ (state >>> 13)) >>> 0;
}
