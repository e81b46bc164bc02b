import type { FetchedPage, PageSource, Resumption } from "../page/base-page.ts";
import type { PageRequest } from "../request/page-request.ts";
import type { WalkOptions } from "./walk-options.ts";

/** What a sync and an async list have in common. */
export interface ListSource extends PageSource {
  /** The request for the first page. */
  readonly request: PageRequest;
  /** Where to begin instead, from a checkpoint. */
  readonly start?:
    | { readonly request: PageRequest; readonly resumption?: Resumption | undefined }
    | undefined;
  /** Defaults for every walk of the list. */
  readonly walk?: WalkOptions | undefined;
}

/** A list behind a function that blocks until the answer is there. */
export interface SyncListSource extends ListSource {
  /** Asks for one page. Everything but the request (headers, time limits) is the same for all pages. */
  fetch(request: PageRequest): FetchedPage;
  /** Asks for one page without waiting for it; where absent, a walk cannot fetch ahead. */
  fetchAhead?(request: PageRequest): PendingPage;
}

/** A page on its way, in a sync walk that fetches ahead. */
export interface PendingPage {
  /** Blocks until the answer is there. */
  wait(): FetchedPage;
  /** Gives the answer up and ends the request. */
  cancel(): void;
}

/** A list behind a function that promises the answer. */
export interface AsyncListSource extends ListSource {
  /** Ends every walk of the list; whether it ends requests too is for `fetch` to see to. */
  readonly signal?: AbortSignal | undefined;
  /** Asks for one page, and gives up when `signal` fires. */
  fetch(request: PageRequest, signal: AbortSignal | undefined): Promise<FetchedPage>;
}
