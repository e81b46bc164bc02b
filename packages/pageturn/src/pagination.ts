/**
 * Pages, strategies and walks, without HTTP and without the clients.
 * @module
 */
export { APIError, APIResponseValidationError, type FailedRequest } from "./errors/api-error.ts";
export { APIStatusError, CursorExpiredError } from "./errors/api-status-error.ts";
export { type Checkpoint, ConfigurationError, PageturnError } from "./errors/pageturn-error.ts";
export * from "./errors/pagination-error.ts";
export { type AsyncFlatWalk, flatMap } from "./pagination/flat-map/async-flat-walk.ts";
export type { AsyncFlatMapOptions, SyncFlatMapOptions } from "./pagination/flat-map/flat-core.ts";
export { flatMapSync, type SyncFlatWalk } from "./pagination/flat-map/sync-flat-walk.ts";
export { AsyncPaginator, BaseAsyncPage } from "./pagination/list/async-paginator.ts";
export type { PageWithResponse } from "./pagination/list/checked-source.ts";
export {
  type AsyncPageConstructor,
  definePages,
  type PageClasses,
  type SyncPageConstructor,
} from "./pagination/list/define-pages.ts";
export * from "./pagination/list/page-classes.ts";
export type { StandardSchema, ValidationIssue } from "./pagination/list/parse-items.ts";
export { BaseSyncPage, SyncPaginator } from "./pagination/list/sync-paginator.ts";
export { BasePage, type PageInit } from "./pagination/page/base-page.ts";
export type { FetchedPage } from "./pagination/page/page-body.ts";
export {
  type JSONPath,
  type JsonObject,
  nextRequest,
  type PageInfo,
  type PageRequest,
  type PageResponse,
  requestMethod,
  type WrittenRequest,
  writeRequest,
} from "./pagination/request/page-request.ts";
export type { QueryParams } from "./pagination/request/query.ts";
export type {
  BodyError,
  CursorSource,
  CursorStep,
  ItemsLocation,
  ListTotal,
  PageSize,
  PageStep,
  PaginationStrategy,
  Parameter,
  StrategyPage,
} from "./pagination/request/strategy.ts";
export type { TimeRange } from "./pagination/request/time-range.ts";
export {
  type SegmentedOutcome,
  type SegmentedWalk,
  type SegmentOptions,
  splitAt,
} from "./pagination/segments/segmented-walk.ts";
export type {
  DateRange,
  SliceableList,
  SliceByTimeOptions,
  TimePoint,
} from "./pagination/slices/slice-plan.ts";
export { type SliceOutcome, type SliceWalk, sliceByTime } from "./pagination/slices/slice-walk.ts";
export { type NodeReadable, toReadable, toReadableStream } from "./pagination/streams/streams.ts";
export type { AsyncItems, AsyncPageClass, AsyncWalk } from "./pagination/walk/async-walk.ts";
export type { BaseAsyncWalk } from "./pagination/walk/base-async-walk.ts";
export type { BaseSyncWalk } from "./pagination/walk/base-sync-walk.ts";
export type { IncompleteReason, Outcome, OutcomeReason } from "./pagination/walk/outcome.ts";
export type { SyncItems, SyncPageClass, SyncWalk } from "./pagination/walk/sync-walk.ts";
export type {
  AsyncListSource,
  ItemParser,
  ListSource,
  PendingPage,
  ResumableWalkOptions,
  SyncListSource,
  WalkOptions,
  WalkProgress,
} from "./pagination/walk/walk-options.ts";
