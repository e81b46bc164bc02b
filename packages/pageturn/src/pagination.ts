// The pages, their strategies and the walks: no HTTP, no Anthropic, nothing but this folder and the errors.
export type { Checkpoint } from "./errors/checkpoint.ts";
export { PageturnError } from "./errors/pageturn-error.ts";
export { CheckpointError, PaginationCycleError, PaginationError } from "./errors/pagination-error.ts";
export type { AsyncFlatWalk } from "./pagination/flat-map/async-flat-walk.ts";
export type {
  AsyncFlatMapOptions,
  FlatCheckpoint,
  SyncFlatMapOptions,
} from "./pagination/flat-map/flat-core.ts";
export {
  flatMap,
  flatMapSync,
} from "./pagination/flat-map/flat-map.ts";
export type { SyncFlatWalk } from "./pagination/flat-map/sync-flat-walk.ts";
export { AsyncPaginator, type PageWithResponse } from "./pagination/list/async-paginator.ts";
export { BaseAsyncPage } from "./pagination/list/base-async-page.ts";
export { BaseSyncPage } from "./pagination/list/base-sync-page.ts";
export {
  type AsyncPageClass,
  openAsyncPage,
  openSyncPage,
  type SyncPageClass,
} from "./pagination/list/open-page.ts";
export {
  AsyncBidirectionalPageCursor,
  AsyncPage,
  AsyncPageCursor,
  AsyncTokenPage,
  type BidirectionalPageFields,
  bidirectionalPages,
  cursorPages,
  type IdPageFields,
  idPages,
  pageTokenPages,
  SyncBidirectionalPageCursor,
  SyncPage,
  SyncPageCursor,
  SyncTokenPage,
  type TokenPageFields,
} from "./pagination/list/page-classes.ts";
export { BasePage, type FetchedPage, type PageInit } from "./pagination/page/base-page.ts";
export {
  type JsonObject,
  nextRequest,
  type PageInfo,
  type PageRequest,
  type PageResponse,
} from "./pagination/request/page-request.ts";
export type { QueryParams } from "./pagination/request/query.ts";
export type { PageStep, PaginationStrategy } from "./pagination/request/strategy.ts";
export { requestMethod, type WrittenRequest, writeRequest } from "./pagination/request/write-request.ts";
export type {
  SegmentedOutcome,
  SegmentedWalk,
  SegmentOptions,
} from "./pagination/segments/segmented-walk.ts";
export { splitAt } from "./pagination/segments/split-at.ts";
export { type NodeReadable, toReadable, toReadableStream } from "./pagination/streams/streams.ts";
export type { AsyncWalk } from "./pagination/walk/async-walk.ts";
export type { AsyncItems, AsyncItemWalk, BaseAsyncWalk } from "./pagination/walk/base-async-walk.ts";
export type { BaseSyncWalk, SyncItems, SyncItemWalk } from "./pagination/walk/base-sync-walk.ts";
export type {
  AsyncListSource,
  ListSource,
  PendingPage,
  SyncListSource,
} from "./pagination/walk/list-source.ts";
export type { Outcome, OutcomeReason } from "./pagination/walk/outcome.ts";
export type { SyncWalk } from "./pagination/walk/sync-walk.ts";
export type { ResumableWalkOptions, WalkOptions, WalkProgress } from "./pagination/walk/walk-options.ts";
