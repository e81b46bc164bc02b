/**
 * Lists as infinite queries of TanStack Query. It imports nothing of it: the options are plain objects.
 * @module
 */
export {
  type InfiniteListOptions,
  type InfiniteListQuery,
  infiniteQueryOptions,
  type QueryPage,
  type QueryPageContext,
} from "./adapters/infinite-query-options.ts";
