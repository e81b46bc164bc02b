// Our walk over the lists of other SDKs, recognised by their form: imports none of them.
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
