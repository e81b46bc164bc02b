// The pages, their strategies and the walks: no HTTP, no Anthropic, nothing but this folder and the errors.
export type { Checkpoint } from "./errors/checkpoint.ts";
export { CheckpointError } from "./errors/checkpoint-error.ts";
export { PageturnError } from "./errors/pageturn-error.ts";
export { PaginationCycleError } from "./errors/pagination-cycle-error.ts";
export { PaginationError } from "./errors/pagination-error.ts";
export { AsyncBidirectionalPageCursor } from "./pagination/async-bidirectional-page-cursor.ts";
export type { AsyncFlatWalk } from "./pagination/async-flat-walk.ts";
export { AsyncPage } from "./pagination/async-page.ts";
export { AsyncPageCursor } from "./pagination/async-page-cursor.ts";
export { AsyncPaginator, type PageWithResponse } from "./pagination/async-paginator.ts";
export { AsyncTokenPage } from "./pagination/async-token-page.ts";
export type { AsyncWalk } from "./pagination/async-walk.ts";
export { BaseAsyncPage } from "./pagination/base-async-page.ts";
export type { AsyncItems, AsyncItemWalk, BaseAsyncWalk } from "./pagination/base-async-walk.ts";
export { BasePage } from "./pagination/base-page.ts";
export { BaseSyncPage } from "./pagination/base-sync-page.ts";
export type { BaseSyncWalk, SyncItems, SyncItemWalk } from "./pagination/base-sync-walk.ts";
export type { FlatCheckpoint } from "./pagination/flat-checkpoint.ts";
export { flatMap } from "./pagination/flat-map.ts";
export type { AsyncFlatMapOptions, SyncFlatMapOptions } from "./pagination/flat-map-options.ts";
export { flatMapSync } from "./pagination/flat-map-sync.ts";
export { type IdPageFields, idPages } from "./pagination/id-pages.ts";
export type { AsyncListSource, ListSource, PendingPage, SyncListSource } from "./pagination/list-source.ts";
export {
  type AsyncPageClass,
  openAsyncPage,
  openSyncPage,
  type SyncPageClass,
} from "./pagination/open-page.ts";
export type { Outcome, OutcomeReason } from "./pagination/outcome.ts";
export type { JsonObject, PageInfo, QueryParams } from "./pagination/page-info.ts";
export type { FetchedPage, PageInit } from "./pagination/page-init.ts";
export { nextRequest, type PageRequest } from "./pagination/page-request.ts";
export type { PageResponse } from "./pagination/page-response.ts";
export type { SegmentedOutcome, SegmentedWalk, SegmentOptions } from "./pagination/segmented-walk.ts";
export { splitAt } from "./pagination/split-at.ts";
export type { PageKind, Strategy } from "./pagination/strategy.ts";
export { SyncBidirectionalPageCursor } from "./pagination/sync-bidirectional-page-cursor.ts";
export type { SyncFlatWalk } from "./pagination/sync-flat-walk.ts";
export { SyncPage } from "./pagination/sync-page.ts";
export { SyncPageCursor } from "./pagination/sync-page-cursor.ts";
export { SyncTokenPage } from "./pagination/sync-token-page.ts";
export type { SyncWalk } from "./pagination/sync-walk.ts";
export { type NodeReadable, toReadable } from "./pagination/to-readable.ts";
export { toReadableStream } from "./pagination/to-readable-stream.ts";
export {
  type BidirectionalPageFields,
  bidirectionalPages,
  cursorPages,
  pageTokenPages,
  type TokenPageFields,
} from "./pagination/token-pages.ts";
export type { ResumableWalkOptions, WalkOptions, WalkProgress } from "./pagination/walk-options.ts";
