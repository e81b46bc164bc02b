import { isInstance } from "../../errors/instance-of.ts";
import { BasePage, type PageInit } from "../page/base-page.ts";
import { neighbourRequest } from "../page/continuation.ts";
import type { PageResponse } from "../request/page-request.ts";
import type { QueryParams } from "../request/query.ts";
import type { PaginationStrategy } from "../request/strategy.ts";
import { type AsyncPageClass, AsyncWalk, openAsyncPage } from "../walk/async-walk.ts";
import type { WalkUnit } from "../walk/page-slice.ts";
import type { PlannedRequest } from "../walk/request-planner.ts";
import type { AsyncListSource, ResumableWalkOptions } from "../walk/walk-options.ts";
import { checkedSource, isShared, type PageWithResponse, pageWithResponse } from "./checked-source.ts";

/** A page whose neighbours are promises. Iterating it (`for await`) returns the items from this page on. */
export abstract class BaseAsyncPage<T> extends BasePage<T> implements AsyncIterable<T> {
  /** @internal */
  static override readonly pageturnClass: string = "BaseAsyncPage";

  readonly #source: AsyncListSource;

  constructor(init: PageInit<AsyncListSource>) {
    super(init);
    this.#source = init.source;
  }

  /** Fetches the next page, whatever `hasNextPage()` says. Rejects with `PaginationError` where the page points to none. */
  getNextPage(): Promise<this> {
    return this.#turn("next");
  }

  /** Fetches the previous page. Rejects with `PaginationError` where the page points to none or the API has no way back. */
  getPreviousPage(): Promise<this> {
    return this.#turn("previous");
  }

  /** Walks page by page, from this page on. */
  iterPages(options?: ResumableWalkOptions<T>): AsyncWalk<this, this> {
    return new AsyncWalk<this, this>({ ...this.#list, unit: "pages", options });
  }

  /** Walks item by item, from this page on. */
  items(options?: ResumableWalkOptions<T>): AsyncWalk<this, T> {
    return new AsyncWalk<this, T>({ ...this.#list, unit: "items", options });
  }

  /** All items from this page on, in one array. */
  async toArray(options?: ResumableWalkOptions<T>): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this.items(options)) items.push(item);
    return items;
  }

  [Symbol.asyncIterator](): AsyncWalk<this, T> {
    return this.items();
  }

  async #turn(which: "next" | "previous"): Promise<this> {
    const { Page, source } = this.#list;
    return openAsyncPage(Page, source, { request: neighbourRequest(this, which) });
  }

  get #list() {
    // The cast: TypeScript does not know that the constructor of an object makes objects of its class.
    return { Page: this.constructor as AsyncPageClass<this>, source: this.#source, page: this };
  }
}

/** The first request, shared by all who wait for its page. It is aborted when the last of them has left. */
interface FirstRequest<P> {
  readonly page: Promise<P>;
  readonly controller: AbortController;
  users: number;
  received: P | null;
}

/** Stands between a walk and its list: `fetch` fetches the page; `null` where it is not to be fetched now. */
export type FetchGate<P> = (planned: PlannedRequest, fetch: () => Promise<P>) => Promise<P | null>;

/**
 * A list that has not been requested yet.
 *
 * Await it for its first page, or iterate it for all its items. The first request is sent once, however often the
 * paginator is awaited and iterated. If it fails, or a walk finds that its page lacks the items, the next use sends it again. {@link SyncPaginator} is its twin.
 */
export class AsyncPaginator<T, P extends BaseAsyncPage<T> = BaseAsyncPage<T>>
  implements PromiseLike<P>, AsyncIterable<T>
{
  /** @internal */
  static readonly pageturnClass: string = "AsyncPaginator";
  /** @internal */
  static readonly [Symbol.hasInstance]: (value: unknown) => boolean = isInstance;

  readonly #Page: AsyncPageClass<P>;
  readonly #source: AsyncListSource;
  #first: FirstRequest<P> | null = null;

  constructor(Page: AsyncPageClass<P & BaseAsyncPage<T>>, source: AsyncListSource) {
    this.#source = checkedSource(Page, source, BaseAsyncPage);
    this.#Page = Page;
  }

  /** The first page: what awaiting the paginator returns. */
  firstPage(): Promise<P> {
    return this.#firstPage();
  }

  /** The first page together with its response. */
  async withResponse(): Promise<PageWithResponse<P>> {
    return pageWithResponse(await this.#firstPage());
  }

  /** The response of the first page: status, headers, request id. Its body has been read. */
  async asResponse(): Promise<PageResponse> {
    return (await this.#firstPage()).response;
  }

  /** Walks item by item. */
  items(options?: ResumableWalkOptions<T>): AsyncWalk<P, T> {
    return this.#walk("items", options);
  }

  /** Walks page by page. */
  pages(options?: ResumableWalkOptions<T>): AsyncWalk<P, P> {
    return this.#walk("pages", options);
  }

  /** Walks page by page: the name that pages have for `pages()`. */
  iterPages(options?: ResumableWalkOptions<T>): AsyncWalk<P, P> {
    return this.pages(options);
  }

  /** All items of the list, in one array. */
  async toArray(options?: ResumableWalkOptions<T>): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this.items(options)) items.push(item);
    return items;
  }

  /** @internal Walks item by item, with `gate` between the walk and the list. */
  gatedItems(gate: FetchGate<P>, options?: ResumableWalkOptions<T>): AsyncWalk<P, T> {
    return this.#walk("items", options, gate);
  }

  /** @internal The list with other values for these query parameters. */
  withQuery(changes: QueryParams): AsyncPaginator<T, P> {
    const { request, ...source } = this.#source;
    const query = { ...request.query, ...changes };
    // `fetch` may be a method of a class, which needs its own object.
    const fetch: AsyncListSource["fetch"] = (...args) => this.#source.fetch(...args);
    return new AsyncPaginator<T, P>(this.#Page, { ...source, fetch, request: { ...request, query } });
  }

  /** @internal Forgets the first page, if it is `page`: the next use requests it again. */
  forget(page: P): void {
    if (this.#first?.received === page) this.#first = null;
  }

  /** @internal The list itself. */
  get source(): AsyncListSource {
    return this.#source;
  }

  /** @internal How its pages are paged. */
  get strategy(): PaginationStrategy {
    return this.#Page.prototype.strategy;
  }

  [Symbol.asyncIterator](): AsyncWalk<P, T> {
    return this.items();
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a list returns its first page, as in the SDKs.
  then<A = P, B = never>(
    onFulfilled?: ((page: P) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#firstPage().then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<P | B> {
    return this.#firstPage().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<P> {
    return this.#firstPage().finally(onFinally);
  }

  /** Waits for the first page. A caller with a signal stops waiting when it fires. */
  #firstPage(signal?: AbortSignal): Promise<P> {
    this.#first ??= this.#sendFirst();
    const first = this.#first;
    first.users += 1;
    if (signal === undefined) return first.page;
    return new Promise((resolve, reject) => {
      first.page.then(resolve, reject);
      signal.addEventListener("abort", () => {
        reject(signal.reason);
        first.users -= 1;
        if (first.users > 0 || first.received !== null) return;
        // A later caller must not join a request that is being ended.
        if (this.#first === first) this.#first = null;
        first.controller.abort();
      });
    });
  }

  #sendFirst(): FirstRequest<P> {
    const controller = new AbortController();
    const { request, start } = this.#source;
    const page = openAsyncPage(this.#Page, this.#source, start ?? { request }, controller.signal);
    const first: FirstRequest<P> = { page, controller, users: 0, received: null };
    page.then(
      (received) => {
        first.received = received;
      },
      () => {
        if (this.#first === first) this.#first = null;
      },
    );
    return first;
  }

  #walk<V>(
    unit: WalkUnit,
    options: ResumableWalkOptions<T> | undefined,
    gate: FetchGate<P> = (_, fetch) => fetch(),
  ): AsyncWalk<P, V> {
    const source = this.#source;
    const sharesFirst = options?.resumeFrom === undefined;
    return new AsyncWalk<P, V>({
      Page: this.#Page,
      source,
      unit,
      options,
      refused: (page) => this.forget(page),
      open: (planned, signal) =>
        gate(planned, () =>
          sharesFirst && isShared(planned, this.#first)
            ? this.#firstPage(signal)
            : openAsyncPage(this.#Page, source, planned, signal),
        ),
    });
  }
}
