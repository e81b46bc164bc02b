import { atCaller } from "../../errors/pageturn-error.ts";
import { BasePage, type PageInit } from "../page/base-page.ts";
import { neighbourRequest } from "../page/has-next-page.ts";
import { type AwaitedSyncList, awaited } from "../walk/base-sync-walk.ts";
import type { WalkUnit } from "../walk/page-slice.ts";
import { openSyncPage, type SyncPageClass, SyncWalk } from "../walk/sync-walk.ts";
import type { ResumableWalkOptions, SyncListSource } from "../walk/walk-options.ts";

/** A page whose neighbours are fetched by calls that block. Iterating it returns the items from this page on. */
export abstract class BaseSyncPage<T> extends BasePage<T> implements Iterable<T, undefined, undefined> {
  readonly #source: SyncListSource;

  constructor(init: PageInit<SyncListSource>) {
    super(init);
    this.#source = init.source;
  }

  /** Fetches the next page, whatever `hasNextPage()` says. Throws `PaginationError` where the page points to none. */
  getNextPage(): this {
    try {
      return this.#turn("next");
    } catch (error) {
      throw atCaller(error, this.getNextPage);
    }
  }

  /** Fetches the previous page. Throws `PaginationError` where the page points to none or the API has no way back. */
  getPreviousPage(): this {
    try {
      return this.#turn("previous");
    } catch (error) {
      throw atCaller(error, this.getPreviousPage);
    }
  }

  /** Walks page by page, from this page on. */
  iterPages(options?: ResumableWalkOptions<T>): SyncWalk<this, this> {
    return this.#walk("pages", options);
  }

  /** Walks item by item, from this page on. */
  items(options?: ResumableWalkOptions<T>): SyncWalk<this, T> {
    return this.#walk("items", options);
  }

  /** All items from this page on, in one array. */
  toArray(options?: ResumableWalkOptions<T>): T[] {
    return Array.from(this.items(options));
  }

  [Symbol.iterator](): SyncWalk<this, T> {
    return this.items();
  }

  [Symbol.asyncIterator](): AwaitedSyncList {
    return awaited(this);
  }

  #turn(which: "next" | "previous"): this {
    return openSyncPage(this.#Page, this.#source, { request: neighbourRequest(this, which) });
  }

  #walk<V>(unit: WalkUnit, options: ResumableWalkOptions<T> | undefined): SyncWalk<this, V> {
    return new SyncWalk<this, V>({ Page: this.#Page, source: this.#source, page: this, unit, options });
  }

  get #Page(): SyncPageClass<this> {
    // The cast: TypeScript does not know that the constructor of an object makes objects of its class.
    return this.constructor as SyncPageClass<this>;
  }
}
