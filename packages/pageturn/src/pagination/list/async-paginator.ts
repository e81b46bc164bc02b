import type { PageRequest, PageResponse } from "../request/page-request.ts";
import type { Border } from "../segments/segmented-walk.ts";
import { AsyncWalk } from "../walk/async-walk.ts";
import type { AsyncListSource } from "../walk/list-source.ts";
import type { WalkUnit } from "../walk/page-slice.ts";
import type { ResumableWalkOptions } from "../walk/walk-options.ts";
import type { BaseAsyncPage } from "./base-async-page.ts";
import { type AsyncPageClass, openAsyncPage } from "./open-page.ts";

/** The first request, shared by all who wait for its page; it is aborted when the last of them has left. */
interface FirstRequest<P> {
  readonly page: Promise<P>;
  readonly controller: AbortController;
  users: number;
  isThere: boolean;
}

/** A first page together with what is known of its response. */
export interface PageWithResponse<P> {
  readonly page: P;
  readonly response: PageResponse;
  readonly requestId: string | null;
}

/**
 * A list that nothing has been asked of yet.
 *
 * Await it for its first page, or iterate it for all its items. The first request is sent once, however often the
 * paginator is awaited and iterated; where it failed, the next use sends it again.
 */
export class AsyncPaginator<T, P extends BaseAsyncPage<T> = BaseAsyncPage<T>>
  implements PromiseLike<P>, AsyncIterable<T, undefined, undefined>
{
  readonly #Page: AsyncPageClass<P>;
  readonly #source: AsyncListSource;
  readonly #start: PageRequest;
  #first: FirstRequest<P> | null = null;

  constructor(Page: AsyncPageClass<P & BaseAsyncPage<T>>, source: AsyncListSource) {
    this.#Page = Page;
    this.#source = source;
    this.#start = source.start?.request ?? source.request;
  }

  /** Walks item by item. */
  items(options?: ResumableWalkOptions<T>): AsyncWalk<P, T> {
    return this.#walk("items", options);
  }

  /** Walks page by page. */
  pages(options?: ResumableWalkOptions<T>): AsyncWalk<P, P> {
    return this.#walk("pages", options);
  }

  /** All items of the list, in one array. */
  async toArray(options?: ResumableWalkOptions<T>): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this.items(options)) items.push(item);
    return items;
  }

  /** @internal Walks item by item, with `border` between the walk and the list. */
  itemsWithin(border: Border, options?: ResumableWalkOptions<T>): AsyncWalk<P, T> {
    return this.#walk("items", options, border);
  }

  /** The first page together with what is known of its response. */
  async withResponse(): Promise<PageWithResponse<P>> {
    const page = await this;
    return { page, response: page.response, requestId: page.response.requestId };
  }

  [Symbol.asyncIterator](): AsyncWalk<P, T> {
    return this.items();
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a list gives its first page, as in the SDKs.
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

  /** Joins those who wait for the first page; who waits with a signal leaves when it fires. */
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
        if (first.users > 0 || first.isThere) return;
        // Who comes now must not join a request that is being ended.
        if (this.#first === first) this.#first = null;
        first.controller.abort();
      });
    });
  }

  #sendFirst(): FirstRequest<P> {
    const controller = new AbortController();
    const page = openAsyncPage(this.#Page, this.#source, this.#start, controller.signal);
    const first = { page, controller, users: 0, isThere: false };
    page.then(
      () => {
        first.isThere = true;
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
    border: Border = (_, fetch) => fetch(),
  ): AsyncWalk<P, V> {
    return new AsyncWalk<P, V>({
      source: this.#source,
      strategy: this.#Page.prototype.strategy,
      unit,
      options,
      open: (source, request, signal) =>
        border(request, () =>
          request === this.#start
            ? this.#firstPage(signal)
            : openAsyncPage(this.#Page, source, request, signal),
        ),
    });
  }
}
