import { APIStatusError, CursorExpiredError } from "../../errors/api-status-error.ts";
import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { PaginationError } from "../../errors/pagination-error.ts";
import { BasePage, type PageInit } from "../page/base-page.ts";
import type { FetchedPage } from "../page/page-body.ts";
import { refuseUnknown } from "../request/check-option.ts";
import { isJsonObject, nextRequest, type PageRequest, type PageResponse } from "../request/page-request.ts";
import { flatQuery } from "../request/query.ts";
import { type PaginationStrategy, positionKey } from "../request/strategy.ts";
import type { PlannedRequest } from "../walk/request-planner.ts";
import type { AsyncListSource, ListSource, PendingPage, SyncListSource } from "../walk/walk-options.ts";

/** A page class of a sync list. */
export interface SyncPageClass<P> {
  new (init: PageInit<SyncListSource>): P;
  readonly prototype: { readonly strategy: PaginationStrategy };
}

/** A page class of an async list. */
export interface AsyncPageClass<P> {
  new (init: PageInit<AsyncListSource>): P;
  readonly prototype: { readonly strategy: PaginationStrategy };
}

/** Fetches a page, or waits for the pending one, and blocks until it has arrived. */
export function openSyncPage<P>(
  Page: SyncPageClass<P>,
  source: SyncListSource,
  planned: PlannedRequest,
  pending?: PendingPage | null,
): P {
  let fetched: FetchedPage;
  try {
    fetched = pending ? pending.wait() : source.fetch(planned.request);
  } catch (error) {
    throw expiredCursor(error, { strategy: Page.prototype.strategy, source, request: planned.request });
  }
  return new Page({ source, fetched, ...planned });
}

/** Fetches a page, and stops when `signal` fires. */
export async function openAsyncPage<P>(
  Page: AsyncPageClass<P>,
  source: AsyncListSource,
  planned: PlannedRequest,
  signal?: AbortSignal,
): Promise<P> {
  let fetched: FetchedPage;
  try {
    fetched = await source.fetch(planned.request, signal);
  } catch (error) {
    throw expiredCursor(error, { strategy: Page.prototype.strategy, source, request: planned.request });
  }
  return new Page({ source, fetched, ...planned });
}

/** A first page together with its response. `data` and `request_id` are the names of the official SDK. */
export interface PageWithResponse<P> {
  readonly page: P;
  readonly data: P;
  readonly response: PageResponse;
  readonly requestId: string | null;
  readonly request_id: string | null;
}

/** A page together with its response. */
export function pageWithResponse<P extends BasePage<unknown>>(page: P): PageWithResponse<P> {
  const { response } = page;
  const { requestId } = response;
  return { page, data: page, response, requestId, request_id: requestId };
}

/** A list whose query has its parameters under the names that they have in a URL. */
export function flatSource<S extends ListSource>(source: S): S {
  const query = flatQuery(source.request.query);
  if (query === source.request.query) return source;
  // `fetch` may be a method of a class, which needs its own object.
  const methods = ["fetch", "fetchAhead"].flatMap((name) => {
    const method: unknown = Reflect.get(source, name);
    return typeof method === "function" ? [[name, method.bind(source)] as const] : [];
  });
  return Object.assign({}, source, Object.fromEntries(methods), { request: { ...source.request, query } });
}

const SOURCE_OPTIONS = [
  "request",
  "fetch",
  "fetchAhead",
  "signal",
  "walk",
  "items",
  "start",
  "defaultPageSize",
] satisfies (keyof AsyncListSource | keyof SyncListSource)[];

/** Refuses arguments of a paginator that TypeScript would refuse. `Base` is the base class of its pages. */
export function checkPaginator(Page: unknown, source: ListSource, Base: typeof BasePage): void {
  const isPage = typeof Page === "function" && "nextPageInfo" in Page.prototype;
  // A class of another copy of the library extends neither base class.
  if (!isPage || (Page.prototype instanceof BasePage && !(Page.prototype instanceof Base))) {
    throw new ConfigurationError(
      `Cannot make a list: its page class must extend ${Base.name}. definePages() returns one for each kind of list`,
    );
  }
  // A source may be an object of a class, with members of its own.
  if (Object.getPrototypeOf(source) === Object.prototype) refuseUnknown("list", source, SOURCE_OPTIONS);
  const { request } = source;
  if (!isJsonObject(request) || typeof request.path !== "string" || !isJsonObject(request.query))
    throw new ConfigurationError("Cannot make a list: its request must be an object with a path and a query");
}

/** Whether a walk uses the first page of its paginator, `first`, which may have been requested already. */
export function isShared(planned: PlannedRequest, first: unknown): boolean {
  return planned.first === "full" || (planned.first === "smaller" && first !== null);
}

/** The request for the page beside `page`. Throws {@link PaginationError} where the page points to none. */
export function neighbourRequest(page: BasePage<unknown>, which: "next" | "previous"): PageRequest {
  const info = which === "next" ? page.nextPageInfo() : page.previousPageInfo();
  if (info !== null) return nextRequest(page.request, info);
  throw new PaginationError(
    `Cannot get the ${which} page of ${page.request.path}: this page points to none. Check ${which}PageInfo() before`,
  );
}

/** The error as {@link CursorExpiredError} where the answer says so, and the request had a cursor. */
function expiredCursor(
  error: unknown,
  { strategy, source, request }: { strategy: PaginationStrategy; source: ListSource; request: PageRequest },
): unknown {
  if (!(error instanceof APIStatusError) || strategy.isCursorExpired?.(error) !== true) return error;
  if (positionKey(strategy, source.request) === positionKey(strategy, request)) return error;
  return new CursorExpiredError(
    `Cannot continue the list of ${source.request.path}: its cursor has expired, or the item it points to was deleted. ` +
      `Start the list again and skip the items that you already have. ${error.message}`,
    { ...error, cause: error },
  );
}
