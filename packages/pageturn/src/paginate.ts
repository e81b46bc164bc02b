/**
 * The walk of this library over the lists of other SDKs, which are recognised by their form. Imports none of them.
 * @module
 */
export {
  ForeignList,
  type ForeignWalkOptions,
  type RespondingPage,
  type Resumable,
} from "./adapters/foreign-list.ts";
export type { ForeignPage } from "./adapters/foreign-page.ts";
export { type PageFunction, type PaginateOptions, paginate } from "./adapters/paginate.ts";
export type {
  AzureList,
  Cursor,
  CursorPage,
  ForeignPageResult,
  ForeignSource,
  GaxPage,
  McpPage,
  OctokitResponse,
  Resumes,
  StainlessPage,
  StripeList,
  StripePage,
  StripeV2Page,
} from "./adapters/source-types.ts";
// The errors that its walks throw, in addition to those of the SDK.
export { APIError, APIUserAbortError } from "./errors/api-error.ts";
export { type Checkpoint, ConfigurationError, PageturnError } from "./errors/pageturn-error.ts";
export {
  CheckpointError,
  IncompleteListError,
  PaginationCycleError,
  PaginationError,
} from "./errors/pagination-error.ts";
