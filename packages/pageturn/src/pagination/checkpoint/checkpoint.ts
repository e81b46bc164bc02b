import type { Checkpoint } from "../../errors/checkpoint.ts";
import type { JsonObject, PageRequest } from "../request/page-request.ts";
import { wireQuery } from "../request/query.ts";
import { itemKey } from "./item-key.ts";

export type { Checkpoint };

/** Where a walk stands: behind the first `offset` items of the page that answers `at`. */
export interface Position {
  readonly at: PageRequest;
  readonly offset: number;
  /** The item that it stands after, on that page or at the end of the one before; undefined where there is none. */
  readonly after?: unknown;
  /** Whether the items are walked in the opposite order of the answer. */
  readonly reversed: boolean;
}

/** The checkpoint of a position in the list that `list` asks for. */
export function checkpointOf(list: PageRequest, position: Position): Checkpoint {
  const { at, offset, after, reversed } = position;
  return {
    v: 1,
    path: list.path,
    query: wireQuery(list.query),
    ...(list.json !== undefined && { json: plain(list.json) }),
    at: {
      ...((at.path !== list.path || at.base !== list.base) && { path: at.path }),
      query: changes(wireQuery(list.query), wireQuery(at.query)),
      ...(list.json !== undefined && { json: changes(plain(list.json), plain(at.json)) }),
    },
    offset,
    last: after === undefined ? null : itemKey(after),
    ...(offset > 0 && reversed && { reversed }),
  };
}

/** `values` of a JSON body as JSON has them: dates as text, what says nothing left out. */
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

/** Whether two values, as they are sent, are the same. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
