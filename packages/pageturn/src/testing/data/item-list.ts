import type { ServedEndpoint } from "../../anthropic/catalog/served-endpoint.ts";
import { decodePosition, encodePosition, type Mark, mixHash } from "./position-code.ts";

/** The direction of a walk from a cursor. */
export type Direction = "forward" | "backward";

/** Where a page begins (forward) or ends (backward). */
export interface ListCursor {
  readonly direction: Direction;
  /** Its position is the number of items before the place. */
  readonly mark: Mark;
}

/** The items that answer one kind of request, by their positions from 0. */
export interface ItemList {
  readonly endpoint: ServedEndpoint;
  /** The values of the path's parameters. */
  readonly params: Readonly<Record<string, string>>;
  /** Determines the fields of a page that are not items. */
  readonly key: number;
  /** The time at which the server started, in milliseconds since 1970. */
  readonly now: number;
  /** Identifies the list among all lists of the server. */
  readonly cacheKey: string;
  /** The number of items. A filtered list counts all of them to know it. */
  readonly count: number;
  /** Returns `position`, or the number of items if that is less. It does not count further than that. */
  upTo(position: number): number;
  /** Returns the JSON of the item at a position. */
  itemJson(position: number): string;
  /**
   * Returns the id of the item at a position. With a salt, it is a cursor for that place that is not the id of
   * any item.
   */
  idAt(mark: Mark): string;
  /** Returns the position of the item with an id, or `null` if this list does not contain it. */
  findId(id: string): Mark | null;
  /** Returns the place before or after the item with an id; `null` if the list never contained it. */
  placeOf(id: string, side: "before" | "after"): Mark | null;
  /** Returns the cursor of the page that begins (forward) or ends (backward) at a place. */
  token(mark: Mark, direction: Direction): string;
  /** Decodes a cursor. Returns `null` if it does not belong to this list and order. */
  readToken(token: string): ListCursor | null;
}

/** The parameters that choose a page of a list, and not the list. */
const pageParams: ReadonlySet<string> = new Set([
  "limit",
  "page",
  "page_token",
  "after_id",
  "before_id",
  "ids[]",
  "beta",
]);

/** The value of a parameter; `null` if it is absent or empty. */
export function present(query: URLSearchParams, wire: string): string | null {
  return query.get(wire) || null;
}

/** The parameters of a request that choose the list, as text. Their order does not matter. */
export function filterText(query: URLSearchParams): string {
  const pairs = [...query].filter(([name, value]) => !pageParams.has(name) && value !== "");
  return JSON.stringify(pairs.sort());
}

/** The keys of the cursors of a list, one for each direction: a cursor leads one way. */
export function tokenCodes(key: number): Readonly<Record<Direction, number>> {
  return { forward: mixHash(key, 1), backward: mixHash(key, 2) };
}

/** Writes a cursor. */
export function writeToken(
  codes: Readonly<Record<Direction, number>>,
  mark: Mark,
  direction: Direction,
): string {
  return `page_${encodePosition(codes[direction], mark)}`;
}

/** Reads a cursor. Returns `null` for a text that was not written with these keys. */
export function readToken(codes: Readonly<Record<Direction, number>>, token: string): ListCursor | null {
  if (!token.startsWith("page_")) return null;
  for (const direction of ["forward", "backward"] as const) {
    const mark = decodePosition(codes[direction], token.slice("page_".length));
    if (mark !== null) return { mark, direction };
  }
  return null;
}
