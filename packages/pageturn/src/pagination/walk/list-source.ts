import type { ListStart } from "../checkpoint/resume.ts";
import type { PageSource } from "../page/base-page.ts";
import type { FetchedPage } from "../page/page-body.ts";
import type { PageRequest } from "../request/page-request.ts";
import type { WalkOptions } from "./walk-options.ts";

/** A list, as far as sync and async lists are the same. */
export interface ListSource extends PageSource {
  /** The request for the first page. */
  readonly request: PageRequest;
  /** Where to start instead, as a checkpoint says. */
  readonly start?: ListStart | undefined;
  /** The size of a page whose request names none, where it is not that of the strategy; `null` where it is not known. */
  readonly defaultPageSize?: number | null | undefined;
  /** Defaults for every walk of the list. */
  readonly walk?: WalkOptions | undefined;
}

/** A list behind a function that blocks until the answer has arrived. */
export interface SyncListSource extends ListSource {
  /** Fetches one page. */
  fetch(request: PageRequest): FetchedPage;
  /** Sends the request for one page and returns at once. Where it is absent, a walk cannot fetch ahead. */
  fetchAhead?(request: PageRequest): PendingPage;
}

/** A page that was requested and has not been received, in a sync walk that fetches ahead. */
export interface PendingPage {
  /** Blocks until the answer has arrived. */
  wait(): FetchedPage;
  /** Ends the request. */
  cancel(): void;
}

/** A list behind a function that returns a promise of the answer. */
export interface AsyncListSource extends ListSource {
  /** Ends every walk of the list. `fetch` sees to it that it ends the requests, too. */
  readonly signal?: AbortSignal | undefined;
  /** Fetches one page, and stops when `signal` fires. */
  fetch(request: PageRequest, signal: AbortSignal | undefined): Promise<FetchedPage>;
}
