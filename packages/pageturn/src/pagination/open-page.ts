import { expiredCursor } from "./expired-cursor.ts";
import type { AsyncListSource, ListSource, PendingPage, SyncListSource } from "./list-source.ts";
import type { FetchedPage, PageInit } from "./page-init.ts";
import type { PageRequest } from "./page-request.ts";
import type { PageKind } from "./strategy.ts";

/** A page class of a sync list. */
export interface SyncPageClass<P> {
  new (init: PageInit<SyncListSource>): P;
  readonly prototype: { readonly pageKind: PageKind };
}

/** A page class of an async list. */
export interface AsyncPageClass<P> {
  new (init: PageInit<AsyncListSource>): P;
  readonly prototype: { readonly pageKind: PageKind };
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
