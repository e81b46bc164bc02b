import type { AsyncListOptions, SyncListOptions } from "../../client/client-options.ts";
import type { AsyncPaginator } from "../../pagination/list/async-paginator.ts";
import type {
  AsyncBidirectionalPageCursor,
  AsyncPage,
  AsyncPageCursor,
  AsyncReportPageCursor,
  SyncBidirectionalPageCursor,
  SyncPage,
  SyncPageCursor,
  SyncReportPageCursor,
} from "../../pagination/list/page-classes.ts";
import type { WorkspaceOption } from "../workspace.ts";

/** `"sync"` or `"async"`. */
export type Mode = "sync" | "async";

/** The names of the page classes that endpoints use. */
export type PageName = "Page" | "PageCursor" | "BidirectionalPageCursor" | "ReportPageCursor";

interface SyncPages<T> {
  readonly Page: SyncPage<T>;
  readonly PageCursor: SyncPageCursor<T>;
  readonly BidirectionalPageCursor: SyncBidirectionalPageCursor<T>;
  readonly ReportPageCursor: SyncReportPageCursor<T>;
}

interface AsyncLists<T, F> {
  readonly Page: AsyncPaginator<T, AsyncPage<T> & F>;
  readonly PageCursor: AsyncPaginator<T, AsyncPageCursor<T> & F>;
  readonly BidirectionalPageCursor: AsyncPaginator<T, AsyncBidirectionalPageCursor<T> & F>;
  readonly ReportPageCursor: AsyncPaginator<T, AsyncReportPageCursor<T> & F>;
}

/**
 * The return type of a `list()`: the first page in the sync client, a paginator in the async client.
 *
 * `F` holds the fields of the bodies that the page class does not have.
 */
export type ListOf<M extends Mode, P extends PageName, T, F = unknown> = M extends "sync"
  ? SyncPages<T>[P] & F
  : AsyncLists<T, F>[P];

/** The options of a `list()`. */
export type ListOptions<M extends Mode> = (M extends "sync" ? SyncListOptions : AsyncListOptions) &
  WorkspaceOption;
