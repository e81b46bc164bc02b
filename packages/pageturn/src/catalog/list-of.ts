import type { AsyncBidirectionalPageCursor } from "../pagination/async-bidirectional-page-cursor.ts";
import type { AsyncPage } from "../pagination/async-page.ts";
import type { AsyncPageCursor } from "../pagination/async-page-cursor.ts";
import type { AsyncPaginator } from "../pagination/async-paginator.ts";
import type { SyncBidirectionalPageCursor } from "../pagination/sync-bidirectional-page-cursor.ts";
import type { SyncPage } from "../pagination/sync-page.ts";
import type { SyncPageCursor } from "../pagination/sync-page-cursor.ts";
import type { AsyncListOptions, SyncListOptions } from "./list-options.ts";

/** Which of the twins a type speaks of. */
export type Mode = "sync" | "async";

/** The names of the page classes that endpoints use. */
export type PageName = "Page" | "PageCursor" | "BidirectionalPageCursor";

interface SyncPages<T> {
  readonly Page: SyncPage<T>;
  readonly PageCursor: SyncPageCursor<T>;
  readonly BidirectionalPageCursor: SyncBidirectionalPageCursor<T>;
}

interface AsyncLists<T, F> {
  readonly Page: AsyncPaginator<T, AsyncPage<T> & F>;
  readonly PageCursor: AsyncPaginator<T, AsyncPageCursor<T> & F>;
  readonly BidirectionalPageCursor: AsyncPaginator<T, AsyncBidirectionalPageCursor<T> & F>;
}

/**
 * What a `list()` gives back: the first page in the sync client, a paginator in the async one.
 *
 * `F` are the fields that the bodies of a list hold besides those of the page class.
 */
export type ListOf<M extends Mode, P extends PageName, T, F = unknown> = M extends "sync"
  ? SyncPages<T>[P] & F
  : AsyncLists<T, F>[P];

/** The options of a `list()`. */
export type ListOptions<M extends Mode> = M extends "sync" ? SyncListOptions : AsyncListOptions;
