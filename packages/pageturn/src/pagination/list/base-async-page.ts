import { BasePage, type PageInit } from "../page/base-page.ts";
import { neighbourRequest } from "../page/has-next-page.ts";
import { type AsyncPageClass, AsyncWalk, openAsyncPage } from "../walk/async-walk.ts";
import type { WalkUnit } from "../walk/page-slice.ts";
import type { AsyncListSource, ResumableWalkOptions } from "../walk/walk-options.ts";

/** A page whose neighbours are promises. Iterating it (`for await`) returns the items from this page on. */
export abstract class BaseAsyncPage<T> extends BasePage<T> implements AsyncIterable<T, undefined, undefined> {
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

  async #turn(which: "next" | "previous"): Promise<this> {
    return openAsyncPage(this.#Page, this.#source, { request: neighbourRequest(this, which) });
  }

  #walk<V>(unit: WalkUnit, options: ResumableWalkOptions<T> | undefined): AsyncWalk<this, V> {
    return new AsyncWalk<this, V>({ Page: this.#Page, source: this.#source, page: this, unit, options });
  }

  get #Page(): AsyncPageClass<this> {
    // The cast: TypeScript does not know that the constructor of an object makes objects of its class.
    return this.constructor as AsyncPageClass<this>;
  }
}
