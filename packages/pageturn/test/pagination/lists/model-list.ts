import * as fc from "fast-check";
import {
  AsyncBidirectionalPageCursor,
  AsyncPage,
  type AsyncPageClass,
  AsyncPageCursor,
  AsyncTokenPage,
  type BaseAsyncPage,
  type BaseSyncPage,
  type JsonObject,
  type QueryParams,
  SyncBidirectionalPageCursor,
  SyncPage,
  type SyncPageClass,
  SyncPageCursor,
  SyncTokenPage,
} from "pageturn/pagination";

export interface Item {
  readonly id: string;
}

type SyncClass = SyncPageClass<BaseSyncPage<Item>>;
type AsyncClass = AsyncPageClass<BaseAsyncPage<Item>>;

/** The page classes of each way of paging. */
export const pageClasses: Readonly<Record<Model["kind"], { sync: SyncClass; async: AsyncClass }>> = {
  ids: { sync: SyncPage, async: AsyncPage },
  tokens: { sync: SyncTokenPage, async: AsyncTokenPage },
  cursors: { sync: SyncPageCursor, async: AsyncPageCursor },
  bothWays: { sync: SyncBidirectionalPageCursor, async: AsyncBidirectionalPageCursor },
};

/**
 * A list as a server has it: a row of items, not all of which the asker may see. A page covers as many places of
 * the row as its limit says and holds those that are visible, so pages differ in size and some are empty.
 */
export interface Model {
  readonly kind: "ids" | "tokens" | "cursors" | "bothWays";
  readonly visible: readonly boolean[];
  /** The server's own page size. */
  readonly size: number;
  readonly hasMore: "present" | "absent" | "null";
}

/** Any list, of up to `maxLength` places. */
export function anyModel(maxLength = 40): fc.Arbitrary<Model> {
  return fc.record({
    kind: fc.constantFrom("ids", "tokens", "cursors", "bothWays"),
    visible: fc.array(fc.boolean(), { maxLength }),
    size: fc.integer({ min: 1, max: 8 }),
    hasMore: fc.constantFrom("present", "absent", "null"),
  });
}

/** A `limit` as a caller gives it, or none. */
export const anyLimit = fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined });

/** All items that the list has to give, in its order. */
export function itemsOf(model: Model): Item[] {
  return model.visible.flatMap((visible, place) => (visible ? [{ id: idOf(place) }] : []));
}

const idOf = (place: number) => `item_${place}`;
/** The cursor behind the last place: for walks backward from the end. */
export const END = "item_end";

interface Range {
  readonly start: number;
  readonly end: number;
  readonly backward: boolean;
}

/** The body with which a server of this list answers a query. */
export function answer(model: Model, query: QueryParams): JsonObject & { readonly data: readonly Item[] } {
  const limit = Number(query["limit"] ?? model.size);
  const { start, end, backward } = rangeOf(model, query, limit);
  const count = model.visible.length;
  const more = backward ? start > 0 : end < count;
  const places = Array.from({ length: end - start }, (_, index) => start + index);
  const data = places.flatMap((place) => (model.visible[place] ? [{ id: idOf(place) }] : []));
  const hasMore = { present: { has_more: more }, absent: {}, null: { has_more: null } }[model.hasMore];
  if (model.kind === "ids") {
    const isEmpty = start === end;
    return {
      data,
      ...hasMore,
      first_id: isEmpty ? null : idOf(start),
      last_id: isEmpty ? null : idOf(end - 1),
    };
  }
  const back = model.kind === "bothWays" ? { prev_page: start > 0 ? `until_${start}` : null } : {};
  return { data, ...hasMore, next_page: end < count ? `from_${end}` : null, ...back };
}

function rangeOf(model: Model, query: QueryParams, limit: number): Range {
  const count = model.visible.length;
  const from = (start: number): Range => ({ start, end: Math.min(start + limit, count), backward: false });
  const until = (end: number): Range => ({ start: Math.max(end - limit, 0), end, backward: true });
  if (query["before_id"]) return until(query["before_id"] === END ? count : placeOf(query["before_id"]));
  if (query["after_id"]) return from(placeOf(query["after_id"]) + 1);
  const cursor = query["page"] ?? query["page_token"];
  if (cursor === undefined) return from(0);
  return String(cursor).startsWith("until_")
    ? { ...until(placeOf(cursor)), backward: false }
    : from(placeOf(cursor));
}

function placeOf(cursor: unknown): number {
  return Number(String(cursor).replace(/^.*_/, ""));
}
