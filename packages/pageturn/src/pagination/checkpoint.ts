import type { Checkpoint } from "../errors/checkpoint.ts";
import { itemKey } from "./item-key.ts";
import type { JsonObject } from "./page-info.ts";
import type { PageRequest } from "./page-request.ts";

export type { Checkpoint };

/** Where a walk stands: behind the first `offset` of the `items` that `at` was answered with. */
export interface Position {
  readonly at: PageRequest;
  readonly offset: number;
  readonly items: readonly unknown[];
}

/** The checkpoint of a position in the list that `list` asks for. */
export function checkpointOf(list: PageRequest, { at, offset, items }: Position): Checkpoint {
  return {
    v: 1,
    path: list.path,
    query: plain(list.query),
    ...(list.json !== undefined && { json: plain(list.json) }),
    at: {
      ...(at.path !== list.path && { path: at.path }),
      query: changes(list.query, at.query),
      ...(list.json !== undefined && { json: changes(list.json, at.json ?? {}) }),
    },
    offset,
    last: offset === 0 ? null : itemKey(items[offset - 1]),
  };
}

/** `values` as JSON has them: dates as text, what is not sent left out. */
export function plain(values: JsonObject): JsonObject {
  const sent = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(sent.map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return typeof value === "object" ? JSON.parse(JSON.stringify(value)) : value;
}

function changes(from: JsonObject, to: JsonObject): JsonObject {
  const before = plain(from);
  const after = plain(to);
  const left = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const set = Object.entries(after).filter(([name, value]) => !isSame(before[name], value));
  return Object.fromEntries([...left.map((name) => [name, null] as const), ...set]);
}

/** Whether two values of a request are sent alike: `5` and `"5"` are. */
export function isSame(one: unknown, other: unknown): boolean {
  const text = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));
  return text(one) === text(other);
}
