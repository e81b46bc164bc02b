import type { APIStatusError } from "../../errors/api-status-error.ts";
import { idCursor } from "../request/id-cursor.ts";
import { valueAt } from "../request/page-request.ts";
import type { PaginationStrategy } from "../request/strategy.ts";
import {
  type AsyncPageConstructor,
  asyncPageOf,
  type SyncPageConstructor,
  syncPageOf,
} from "./define-pages.ts";

/** Fields of every page of the Anthropic API. */
export interface PageFields {
  /** Whether the server says that there is more in the direction of the request; `null` where it says nothing. */
  readonly has_more: boolean | null;
}

/** The body of a list that is paged by the ids of its items. */
export interface IdPageFields extends PageFields {
  /** The id of the page's first item: the cursor for the items before it. */
  readonly first_id: string | null;
  /** The id of the page's last item: the cursor for the items after it. */
  readonly last_id: string | null;
}

/** The body of a list that is paged by an opaque token. */
export interface TokenPageFields extends PageFields {
  /** The cursor of the next page, `null` on the last one. */
  readonly next_page: string | null;
}

/** The body of a list whose token leads both ways. */
export interface BidirectionalPageFields extends TokenPageFields {
  /** The cursor of the previous page, `null` on the first one and where the endpoint sends none. */
  readonly prev_page: string | null;
}

/** The body of a report whose figures are refreshed from time to time. */
export interface ReportPageFields extends TokenPageFields {
  /** When the figures were last refreshed, in RFC 3339; `null` where the server does not say. */
  readonly data_refreshed_at: string | null;
}

/** A strategy with what all page classes of the Anthropic API have in common. Pure, so that other bundles leave it out. */
function withCommon<S extends Partial<PaginationStrategy>>(own: S) {
  return {
    hasMore: "has_more",
    pageSize: { in: "limit", default: 20, adjustable: true },
    isCursorExpired,
    ...own,
  } satisfies Partial<PaginationStrategy>;
}

/**
 * The API refuses a cursor with 400, and one whose item is gone with 404 or 410. Only a message that speaks of the
 * cursor tells that from any other bad request.
 */
function isCursorExpired({ status, body }: APIStatusError): boolean {
  return (
    [400, 404, 410].includes(status) &&
    /\bcursor\b|\b(?:page_token|next_page|after_id|before_id)\b|^page:/i.test(
      String(valueAt(body, ["error", "message"]) ?? body),
    )
  );
}

/** `after_id = last_id`; if the request had a truthy `before_id`: `before_id = first_id`. */
export const idStrategy: PaginationStrategy = /* @__PURE__ */ idCursor(
  /* @__PURE__ */ withCommon({
    fields: ["first_id", "last_id"],
    after: "after_id",
    before: "before_id",
    first: { body: "first_id" },
    last: { body: "last_id" },
  }),
);

/** `page_token = next_page`. */
export const pageTokenStrategy: PaginationStrategy = /* @__PURE__ */ withCommon({
  next: { from: { body: "next_page" }, to: "page_token" },
});

/** `page = next_page`. */
export const pageCursorStrategy: PaginationStrategy = /* @__PURE__ */ withCommon({
  next: { from: { body: "next_page" }, to: "page" },
});

/** `page = next_page`, with the time of the figures. */
export const reportPageCursorStrategy: PaginationStrategy = /* @__PURE__ */ withCommon({
  fields: ["data_refreshed_at"],
  next: { from: { body: "next_page" }, to: "page" },
});

/** `page = next_page` forward, `page = prev_page` back. */
export const bidirectionalCursorStrategy: PaginationStrategy = /* @__PURE__ */ withCommon({
  next: { from: { body: "next_page" }, to: "page" },
  previous: { from: { body: "prev_page" }, to: "page" },
});

const SyncPageBase: SyncPageConstructor<IdPageFields> = /* @__PURE__ */ syncPageOf(idStrategy);

/** A page of a list paged by the ids of its items: `after_id = last_id`, or backward `before_id = first_id`. */
export class SyncPage<T> extends SyncPageBase<T> {
  /** @internal */
  static readonly pageturnClass: string = "SyncPage";
}

const AsyncPageBase: AsyncPageConstructor<IdPageFields> = /* @__PURE__ */ asyncPageOf(idStrategy);

/** A page of a list paged by the ids of its items: `after_id = last_id`, or backward `before_id = first_id`. */
export class AsyncPage<T> extends AsyncPageBase<T> {
  /** @internal */
  static readonly pageturnClass: string = "AsyncPage";
}

const SyncTokenPageBase: SyncPageConstructor<TokenPageFields> = /* @__PURE__ */ syncPageOf(pageTokenStrategy);

/** A page of a list paged by an opaque token: `page_token = next_page`. */
export class SyncTokenPage<T> extends SyncTokenPageBase<T> {
  /** @internal */
  static readonly pageturnClass: string = "SyncTokenPage";
}

const AsyncTokenPageBase: AsyncPageConstructor<TokenPageFields> =
  /* @__PURE__ */ asyncPageOf(pageTokenStrategy);

/** A page of a list paged by an opaque token: `page_token = next_page`. */
export class AsyncTokenPage<T> extends AsyncTokenPageBase<T> {
  /** @internal */
  static readonly pageturnClass: string = "AsyncTokenPage";
}

const SyncPageCursorBase: SyncPageConstructor<TokenPageFields> =
  /* @__PURE__ */ syncPageOf(pageCursorStrategy);

/** A page of a list paged by an opaque cursor: `page = next_page`. */
export class SyncPageCursor<T> extends SyncPageCursorBase<T> {
  /** @internal */
  static readonly pageturnClass: string = "SyncPageCursor";
}

const AsyncPageCursorBase: AsyncPageConstructor<TokenPageFields> =
  /* @__PURE__ */ asyncPageOf(pageCursorStrategy);

/** A page of a list paged by an opaque cursor: `page = next_page`. */
export class AsyncPageCursor<T> extends AsyncPageCursorBase<T> {
  /** @internal */
  static readonly pageturnClass: string = "AsyncPageCursor";
}

const SyncBidirectionalPageCursorBase: SyncPageConstructor<BidirectionalPageFields> =
  /* @__PURE__ */ syncPageOf(bidirectionalCursorStrategy);

/** A page of a list paged by an opaque cursor both ways: `page = next_page`, back `page = prev_page`. */
export class SyncBidirectionalPageCursor<T> extends SyncBidirectionalPageCursorBase<T> {
  /** @internal */
  static readonly pageturnClass: string = "SyncBidirectionalPageCursor";
}

const AsyncBidirectionalPageCursorBase: AsyncPageConstructor<BidirectionalPageFields> =
  /* @__PURE__ */ asyncPageOf(bidirectionalCursorStrategy);

/** A page of a list paged by an opaque cursor both ways: `page = next_page`, back `page = prev_page`. */
export class AsyncBidirectionalPageCursor<T> extends AsyncBidirectionalPageCursorBase<T> {
  /** @internal */
  static readonly pageturnClass: string = "AsyncBidirectionalPageCursor";
}

const SyncReportPageCursorBase: SyncPageConstructor<ReportPageFields> =
  /* @__PURE__ */ syncPageOf(reportPageCursorStrategy);

/** A page of a report, paged by an opaque cursor: `page = next_page`. It tells when its figures were refreshed. */
export class SyncReportPageCursor<T> extends SyncReportPageCursorBase<T> {
  /** @internal */
  static readonly pageturnClass: string = "SyncReportPageCursor";
}

const AsyncReportPageCursorBase: AsyncPageConstructor<ReportPageFields> =
  /* @__PURE__ */ asyncPageOf(reportPageCursorStrategy);

/** A page of a report, paged by an opaque cursor: `page = next_page`. It tells when its figures were refreshed. */
export class AsyncReportPageCursor<T> extends AsyncReportPageCursorBase<T> {
  /** @internal */
  static readonly pageturnClass: string = "AsyncReportPageCursor";
}
