import { type Checkpoint, ConfigurationError } from "../errors/pageturn-error.ts";
import { atPageStart, isSame, type ListCheckpoint } from "../pagination/checkpoint/checkpoint.ts";
import { resumableCheckpoint, resumeAt } from "../pagination/checkpoint/resume.ts";
import type { AsyncPaginator, BaseAsyncPage } from "../pagination/list/async-paginator.ts";
import { listContradiction, neighbourRequest } from "../pagination/page/continuation.ts";
import { refuseUnknown, wholeNumber } from "../pagination/request/check-option.ts";
import { isJsonObject, type PageRequest } from "../pagination/request/page-request.ts";
import { cycleError, moreAnnouncedError } from "../pagination/walk/outcome.ts";
import type { WalkProgress } from "../pagination/walk/walk-options.ts";
import { hasMethod } from "./raw-page.ts";

/** A page in the cache of TanStack Query: plain JSON if its items are, so that it can be stored. */
export interface QueryPage<T> {
  readonly items: readonly T[];
  /** The parameter of the next page; `null` on the last one. */
  readonly next: Checkpoint | null;
  /** The parameter of the page before; `null` on the first one, and where the API has no way back. */
  readonly previous: Checkpoint | null;
}

/** What TanStack Query passes to a `queryFn`. */
export interface QueryPageContext {
  readonly pageParam: Checkpoint;
  readonly signal: AbortSignal;
  readonly queryKey: readonly unknown[];
  readonly client: { getQueryData(queryKey: readonly unknown[]): unknown };
  readonly direction?: unknown;
}

/** Options of {@link infiniteQueryOptions}. */
export interface InfiniteListOptions<K extends readonly unknown[]> {
  /** The key of the query: whatever distinguishes this list from others, its parameters too. */
  readonly queryKey: K;
  /** How many pages the cache keeps. Pages at the other end are dropped. Default: all. */
  readonly maxPages?: number | undefined;
  /** Where the query begins: a stored `next`, or a checkpoint of a walk of this list, with its whole page. Default: the start of the list. */
  readonly resumeFrom?: Checkpoint | undefined;
}

/** The options of an infinite query: what `useInfiniteQuery()` and `InfiniteQueryObserver` take. */
export interface InfiniteListQuery<T, K extends readonly unknown[]> {
  readonly queryKey: K;
  readonly queryFn: (context: QueryPageContext) => Promise<QueryPage<T>>;
  readonly initialPageParam: Checkpoint;
  readonly getNextPageParam: (last: QueryPage<T>) => Checkpoint | null;
  readonly getPreviousPageParam: (first: QueryPage<T>) => Checkpoint | null;
  readonly maxPages?: number;
}

/** A list whose pages can be requested from a parameter. */
type ResumableList<T> = AsyncPaginator<T, BaseAsyncPage<T>> & { readonly resumes?: "item" | "page" };

/**
 * A list as an infinite query of TanStack Query, for every framework: spread further options behind it. A page parameter is
 * a checkpoint, so it is plain JSON, and is refused where it belongs to another list. Each page is one request; a
 * refetch sends it again.
 *
 * The query fails with `PaginationCycleError` where the server leads back, and with `IncompleteListError` where it says that
 * there is more and gives no way there, or a page has no field for items. An empty page does not end the list.
 *
 * Throws `ConfigurationError` for a list that cannot be resumed, and `CheckpointError` for a checkpoint of another list.
 *
 * @example
 * ```ts
 * const models = new AsyncAnthropic().models.list({ limit: 5 });
 * const query = infiniteQueryOptions(models, { queryKey: ["models"], maxPages: 3 });
 * console.log(query.queryKey, query.maxPages); // [ 'models' ] 3
 * ```
 */
export function infiniteQueryOptions<T, const K extends readonly unknown[]>(
  list: ResumableList<T>,
  options: InfiniteListOptions<K>,
): InfiniteListQuery<T, K> {
  // Not by class: the list may be of another copy of the library. A sync list is no promise.
  if (!hasMethod(list, "items") || !hasMethod(list, "then"))
    throw new ConfigurationError(
      "Cannot make a query of the list as it must be a list of an async client or of paginate(): a sync list would block",
    );
  refuseUnknown("infiniteQueryOptions()", options, ["queryKey", "maxPages", "resumeFrom"]);
  const { queryKey, maxPages, resumeFrom } = options;
  if (!Array.isArray(queryKey))
    throw new ConfigurationError("Cannot make a query of the list as the option queryKey must be an array");
  if (maxPages !== undefined) wholeNumber("maxPages", maxPages, { least: 1 });
  return {
    queryKey,
    queryFn: (context) => fetchQueryPage(list, context),
    // Sends no request: it checks the checkpoint, and that the list can be resumed.
    initialPageParam: firstPageParam(list, resumeFrom),
    getNextPageParam: ({ next }) => next,
    getPreviousPageParam: ({ previous }) => previous,
    ...(maxPages !== undefined && { maxPages }),
  };
}

/** The start of a page, also for a checkpoint inside one: the items before it would be in no page of the query. */
function firstPageParam<T>(list: ResumableList<T>, resumeFrom: Checkpoint | undefined): Checkpoint {
  const { checkpoint } = list.items(resumeFrom === undefined ? {} : { resumeFrom });
  // The cast: the checkpoint of a walk of one list is a checkpoint of one list.
  return atPageStart(checkpoint as ListCheckpoint);
}

async function fetchQueryPage<T>(list: ResumableList<T>, context: QueryPageContext): Promise<QueryPage<T>> {
  const { pageParam, signal } = context;
  signal.throwIfAborted();
  const { walk: defaults } = list.source;
  const isTurned = isAgainst(list, pageParam);
  // The cast: the pages of a list are all of one class.
  const opened = { page: null as BaseAsyncPage<T> | null };
  const onPage = (page: unknown, progress: WalkProgress): unknown => {
    opened.page = page as BaseAsyncPage<T>;
    return defaults?.onPage?.(opened.page, progress);
  };
  const walk = list.items({
    resumeFrom: pageParam,
    maxPages: 1,
    maxItems: Number.POSITIVE_INFINITY,
    prefetch: 0,
    ...(isTurned && { order: "api" }),
    onPage,
  });
  const leave = (): void => void walk.return();
  signal.addEventListener("abort", leave);
  try {
    const items: T[] = [];
    for await (const item of walk) items.push(item);
    signal.throwIfAborted();
    const { page } = opened;
    if (page === null) return { items, next: null, previous: null };
    if (listContradiction(page) === "moreAnnounced" && defaults?.onIncomplete !== "stop")
      throw moreAnnouncedError(page.request.path, page.response);
    const isCut = walk.outcome?.reason === "while" || walk.outcome?.reason === "until";
    const ahead = page.hasNextPage() && !isCut ? walk.checkpoint : null;
    const behind = previousOf(list, page);
    const [next, previous] = isTurned ? [behind ?? nextInCache(context), ahead] : [ahead, behind];
    const onward = context.direction === "backward" ? previous : next;
    if (defaults?.onCycle !== "allow" && leadsBack(onward, context)) throw cycleError(page.request.path);
    return { items, next, previous };
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

/** The parameter of the page before; `null` where there is none. */
function previousOf<T>(list: ResumableList<T>, page: BaseAsyncPage<T>): Checkpoint | null {
  if (page.previousPageInfo() === null) return null;
  const { source, strategy } = list;
  return resumableCheckpoint(
    { list: source.request, strategy },
    {
      at: neighbourRequest(page, "previous"),
      offset: 0,
      last: null,
      reversed: false,
      counted: Number.NaN,
      total: Number.NaN,
      lacksItems: false,
    },
  );
}

/**
 * Whether a page is requested against the direction of its list, as the page before the first one is where a list is paged
 * by ids. Its own next page is then further back.
 */
function isAgainst<T>({ source, strategy }: ResumableList<T>, at: Checkpoint): boolean {
  const isBackward = (request: PageRequest) => strategy.isBackward?.(request) === true;
  return isBackward(resumeAt(source.request, at, strategy).request) !== isBackward(source.request);
}

/** The pages that the query has loaded, and whether this one is to be added to them: a refetch requests them again. */
function loaded({ pageParam, queryKey, client, direction }: QueryPageContext) {
  const data = client.getQueryData(queryKey);
  // The cast: its pages are those that this query has returned.
  const { pages = [], pageParams = [] } = (isJsonObject(data) ? data : {}) as Partial<{
    readonly pages: readonly QueryPage<unknown>[];
    readonly pageParams: readonly Checkpoint[];
  }>;
  const edge = direction === "backward" ? pages[0]?.previous : pages.at(-1)?.next;
  return { pages, pageParams, isAdded: isSamePlace(edge, pageParam) };
}

/** The parameter of the page after one that has no items, as the query has it: the page itself cannot say it. */
function nextInCache(context: QueryPageContext): Checkpoint | null {
  const { pages, pageParams, isAdded } = loaded(context);
  if (isAdded) return pageParams[0] ?? null;
  return pages[pageParams.findIndex((param) => isSamePlace(param, context.pageParam))]?.next ?? null;
}

/** Whether the page after this one is this one, or one that the query has loaded. A refetch ends with as many pages. */
function leadsBack(onward: Checkpoint | null, context: QueryPageContext): boolean {
  const { pageParams, isAdded } = loaded(context);
  return [...(isAdded ? pageParams : []), context.pageParam].some((param) => isSamePlace(param, onward));
}

/** Whether two checkpoints stand at the same page. */
function isSamePlace(one: unknown, other: unknown): boolean {
  return isJsonObject(one) && isJsonObject(other) && isSame(one["at"], other["at"]);
}
