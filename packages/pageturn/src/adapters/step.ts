import { isSame } from "../pagination/checkpoint/checkpoint.ts";
import { isJsonObject, type PageRequest, type PageResponse } from "../pagination/request/page-request.ts";
import type { QueryParams } from "../pagination/request/query.ts";
import type { PageReader } from "./page-reader.ts";
import type { PageReading } from "./raw-page.ts";
import type { Cursor } from "./source-types.ts";

/** Where in a list a page is: a cursor of the library or, where there is none, the number of the page. */
export type Position = { readonly cursor: Cursor } | { readonly page: number } | null;

/** One page of a list of another library, and what is needed to go on after it. */
export class Step {
  readonly raw: unknown;
  readonly reading: PageReading;
  /** The iterator that the page came from, where the library iterates. */
  readonly reader: PageReader | null;
  readonly number: number;
  #next: QueryParams | null;

  constructor(
    raw: unknown,
    from: { reading: PageReading; reader: PageReader | null; number: number; next: Position },
  ) {
    this.raw = raw;
    this.reading = from.reading;
    this.reader = from.reader;
    this.number = from.number;
    this.#next = from.next && written(from.next);
  }

  /** The parameters of the request that leads to the next page; `null` on the last one. */
  get next(): QueryParams | null {
    return this.#next;
  }

  /** Whether a request leads from this page to the next one. */
  leadsTo({ query }: PageRequest): boolean {
    return this.#next !== null && isSame({ ...this.#next }, { ...query });
  }

  /** Notes that the library has no page after this one. */
  endHere(): void {
    this.#next = null;
  }
}

/** The response of a page, with what the library does not show left empty. */
export function responseOf({ response }: PageReading, durationMs: number): PageResponse {
  return { status: 0, headers: new Headers(), requestId: null, url: "", durationMs, ...response };
}

/** A position as parameters. Text, numbers and objects stay apart, as they are written as JSON. */
function written(position: Exclude<Position, null>): QueryParams {
  return "page" in position
    ? { cursor: undefined, page: position.page }
    : { cursor: JSON.stringify(position.cursor), page: undefined };
}

/** The position that a request stands for; `null` for the start of the list. */
export function positionOf({ query }: PageRequest): Position {
  if (query["page"] !== undefined) return { page: Number(query["page"]) };
  // Written by `written`, or read from a checkpoint.
  return typeof query["cursor"] === "string" ? { cursor: JSON.parse(query["cursor"]) } : null;
}

/** The cursor of a request; `undefined` where it has none. */
export function cursorOf(request: PageRequest): Cursor | undefined {
  const position = positionOf(request);
  return position !== null && "cursor" in position ? position.cursor : undefined;
}

/** The nesting of a cursor. An object that contains itself reaches it. */
const MAX_DEPTH = 100;

/** Whether a value is a cursor: text, a number or an object that JSON keeps as it is. */
export function isCursor(value: unknown): boolean {
  const isKind = typeof value === "string" || typeof value === "number" || isJsonObject(value);
  return isKind && isPlainJSON(value, MAX_DEPTH);
}

function isPlainJSON(value: unknown, depth: number): boolean {
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((inner) => isPlainJSON(inner, depth - 1));
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null)
    return value === null || /^(?:string|boolean)$/.test(typeof value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((inner) => inner === undefined || isPlainJSON(inner, depth - 1));
}
