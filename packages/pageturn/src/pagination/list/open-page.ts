import { APIStatusError, CursorExpiredError } from "../../errors/api-status-error.ts";
import type { FetchedPage, PageInit } from "../page/base-page.ts";
import { isSamePage, type PageRequest } from "../request/page-request.ts";
import type { PaginationStrategy } from "../request/strategy.ts";
import type { AsyncListSource, ListSource, PendingPage, SyncListSource } from "../walk/list-source.ts";

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

/** What the page is made of that answers `request`. Only the page that a resumed list begins with has a resumption. */
function pageInit<S extends ListSource>(source: S, request: PageRequest, fetched: FetchedPage): PageInit<S> {
  const isStart = request === source.start?.request;
  return { source, request, fetched, resumption: isStart ? source.start?.resumption : undefined };
}

/** Asks for a page, or waits for one that is on its way, blocking until it is there. */
export function openSyncPage<P>(
  Page: SyncPageClass<P>,
  source: SyncListSource,
  request: PageRequest,
  pending?: PendingPage | null,
): P {
  try {
    return new Page(pageInit(source, request, pending ? pending.wait() : source.fetch(request)));
  } catch (error) {
    throw expiredCursor(error, source.request, request);
  }
}

/** Asks for a page, giving up when `signal` fires. */
export async function openAsyncPage<P>(
  Page: AsyncPageClass<P>,
  source: AsyncListSource,
  request: PageRequest,
  signal?: AbortSignal,
): Promise<P> {
  try {
    return new Page(pageInit(source, request, await source.fetch(request, signal)));
  } catch (error) {
    throw expiredCursor(error, source.request, request);
  }
}

/** Tells a cursor that died from a first request that was bad: the API answers both with 400 or 404. */
export function expiredCursor(error: unknown, list: PageRequest, request: PageRequest): unknown {
  const isRefusal = error instanceof APIStatusError && [400, 404, 410].includes(error.status);
  if (!isRefusal || isSamePage(list, request)) return error;
  return new CursorExpiredError(
    `Cannot walk on the list of ${list.path} as its cursor has expired, or what it points to was deleted: begin the ` +
      `list anew, and skip what you have. ${error.message}`,
    { ...error, cause: error },
  );
}
