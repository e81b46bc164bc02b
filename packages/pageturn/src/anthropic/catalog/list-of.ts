import type { AsyncListOptions, SyncListOptions } from "../../client/client-options.ts";
import type { AsyncPaginator } from "../../pagination/list/async-paginator.ts";
import type {
  AsyncBidirectionalPageCursor,
  AsyncPage,
  AsyncPageCursor,
  SyncBidirectionalPageCursor,
  SyncPage,
  SyncPageCursor,
} from "../../pagination/list/page-classes.ts";

/**
 * One of the known values, or any other text: the API may bring new values at any time, and a value that is not
 * known yet must not break a program that was typed before.
 */
export type Open<T extends string> = T | (string & Record<never, never>);

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
