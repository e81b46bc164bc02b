import { isDeepStrictEqual } from "node:util";
import type { LoggedRequest } from "pageturn/testing";

/** What two clients are compared by. */
export interface SentRequest {
  readonly path: string;
  /** Names and values in the order they were sent. */
  readonly query: LoggedRequest["query"];
  readonly headers: LoggedRequest["headers"];
  readonly status: number | null;
}

/** What a walk asked for and what it gave. */
export interface RecordedWalk {
  readonly items: readonly unknown[];
  readonly sent: readonly SentRequest[];
}

/** In which points two walks differ: `items`, `path`, `query`, `status`, `header <name>` and the like. */
export function differences(one: RecordedWalk, other: RecordedWalk): readonly string[] {
  const found = new Set(requestDifferences(one.sent, other.sent));
  if (!isDeepStrictEqual(one.items, other.items)) {
    found.add(isDeepStrictEqual(one.items.map(idOf), other.items.map(idOf)) ? "fields of items" : "items");
  }
  return [...found].sort();
}

function idOf(item: unknown): unknown {
  return Reflect.get(Object(item), "id");
}

function requestDifferences(one: readonly SentRequest[], other: readonly SentRequest[]): readonly string[] {
  const found = new Set<string>();
  if (one.length !== other.length) found.add("number of requests");
  for (const [at, request] of one.entries()) {
    const twin = other[at];
    if (twin === undefined) continue;
    if (request.path !== twin.path) found.add("path");
    if (JSON.stringify(request.query) !== JSON.stringify(twin.query)) found.add("query");
    if (request.status !== twin.status) found.add("status");
    for (const name of headerNames(request, twin)) {
      if (request.headers[name] !== twin.headers[name]) found.add(`header ${name}`);
    }
  }
  return [...found];
}

function headerNames(one: SentRequest, other: SentRequest): ReadonlySet<string> {
  return new Set([...Object.keys(one.headers), ...Object.keys(other.headers)]);
}
