import { BasePage, type PageInit } from "../page/base-page.ts";
import { nextRequest, type PageInfo } from "../request/page-request.ts";
import { AsyncWalk } from "../walk/async-walk.ts";
import type { AsyncListSource } from "../walk/list-source.ts";
import type { WalkUnit } from "../walk/page-slice.ts";
import type { ResumableWalkOptions } from "../walk/walk-options.ts";
import { noPage } from "./no-page.ts";
import { type AsyncPageClass, openAsyncPage } from "./open-page.ts";

/** A page whose neighbours are promised. Iterating it (`for await`) gives the items from this page on. */
export abstract class BaseAsyncPage<T> extends BasePage<T> implements AsyncIterable<T, undefined, undefined> {
  readonly #source: AsyncListSource;

  constructor(init: PageInit<AsyncListSource>) {
    super(init);
    this.#source = init.source;
  }

  /** Asks for the next page, whatever `hasNextPage()` says. Rejects with `PaginationError` where the body points to none. */
  getNextPage(): Promise<this> {
    return this.#turn(this.nextPageInfo(), "next");
  }

  /** Asks for the previous page. Rejects with `PaginationError` where the body points to none or the API has no way back. */
  getPreviousPage(): Promise<this> {
    return this.#turn(this.previousPageInfo(), "previous");
  }

  /** Walks page by page, from this one on. */
  iterPages(options?: ResumableWalkOptions<T>): AsyncWalk<this, this> {
    return this.#walk("pages", options);
  }

  /** Walks item by item, from this page on. */
  items(options?: ResumableWalkOptions<T>): AsyncWalk<this, T> {
    return this.#walk("items", options);
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

  async #turn(info: PageInfo | null, which: "next" | "previous"): Promise<this> {
    if (info === null) throw noPage(this, which);
    return openAsyncPage(this.#Page, this.#source, nextRequest(this.request, info));
  }

  #walk<V>(unit: WalkUnit, options: ResumableWalkOptions<T> | undefined): AsyncWalk<this, V> {
    const source = this.#source;
    const Page = this.#Page;
    return new AsyncWalk<this, V>({
      source,
      page: this,
      strategy: this.strategy,
      unit,
      options,
      open: (from, request, signal) => openAsyncPage(Page, from, request, signal),
    });
  }

  get #Page(): AsyncPageClass<this> {
    // The cast: TypeScript does not know that an object's constructor makes objects of its class.
    return this.constructor as AsyncPageClass<this>;
  }
}
