import type { Checkpoint } from "../../errors/pageturn-error.ts";
import { isJsonObject, type JsonObject, type PageRequest } from "../request/page-request.ts";
import { wireQuery } from "../request/query.ts";
import { type PaginationStrategy, readParameter } from "../request/strategy.ts";

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
  readonly behind?: { readonly first: string; readonly at: RequestChanges };
}

/** What differs between two requests of a list. A value of `null` takes the parameter out. */
export interface RequestChanges {
  /** Only where a link led to another path. */
  readonly path?: string;
  /** Present where that path does not start below the base URL of the list. */
  readonly root?: true;
  readonly query?: JsonObject;
  /** Leaves of the JSON body, each with the path of keys that leads to it. */
  readonly json?: readonly (readonly [path: readonly string[], value: unknown])[];
  readonly headers?: JsonObject;
}

/** A position in a walk: after the first `offset` items of the page that answers `at`. */
export interface Position {
  readonly at: PageRequest;
  readonly offset: number;
  /** The key of the item before it, on that page or at the end of the one before; `null` where there is none. */
  readonly last: string | null;
  readonly reversed: boolean;
  /** See {@link ListCheckpoint.behind}. */
  readonly behind?: { readonly first: string; readonly request: PageRequest } | undefined;
}

/** The checkpoint of a position in the list that `list` requests. */
export function checkpointOf(
  { list, strategy }: { list: PageRequest; strategy: PaginationStrategy },
  { at, offset, last, reversed, behind }: Position,
): ListCheckpoint {
  const sizeIn = strategy.pageSize?.in;
  const size = typeof sizeIn === "object" && "header" in sizeIn ? readParameter(list, sizeIn) : undefined;
  return {
    v: 2,
    path: list.path,
    query: plain(wireQuery(list.query)),
    ...(list.json !== undefined && { json: plain(list.json) }),
    ...(size !== undefined && { size }),
    at: changesBetween(list, at),
    offset,
    last,
    ...(offset > 0 && reversed && { reversed }),
    ...(behind !== undefined && {
      behind: { first: behind.first, at: changesBetween(list, behind.request) },
    }),
  };
}

function changesBetween(list: PageRequest, at: PageRequest): RequestChanges {
  const query = changes(plain(wireQuery(list.query)), plain(wireQuery(at.query)));
  const json = changedLeaves(plain(list.json), plain(at.json));
  const headers = changes(list.headers ?? {}, at.headers ?? {});
  return {
    ...((at.path !== list.path || at.base !== list.base) && { path: at.path }),
    ...(at.base !== list.base && { root: true }),
    ...(Object.keys(query).length > 0 && { query }),
    ...(json.length > 0 && { json }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

/** `values` as they are in JSON: dates as text; members that are undefined or null are left out. */
export function plain(values: JsonObject = {}): JsonObject {
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

function changedLeaves(before: JsonObject, after: JsonObject, above: readonly string[] = []): Leaf[] {
  return Object.entries(changes(before, after)).flatMap(([name, value]): Leaf[] => {
    const path = [...above, name];
    const old = before[name];
    if (!isJsonObject(value)) return [[path, value]];
    return changedLeaves(isJsonObject(old) ? old : {}, value, path);
  });
}

/** Whether two JSON values are equal. The order of keys does not matter: stores such as jsonb change it. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
