import { atCaller } from "../../errors/pageturn-error.ts";
import { BasePage, type PageInit } from "../page/base-page.ts";
import { nextRequest, type PageInfo } from "../request/page-request.ts";
import type { SyncListSource } from "../walk/list-source.ts";
import type { WalkUnit } from "../walk/page-slice.ts";
import { SyncWalk } from "../walk/sync-walk.ts";
import type { ResumableWalkOptions } from "../walk/walk-options.ts";
import { noPage } from "./no-page.ts";
import { openSyncPage, type SyncPageClass } from "./open-page.ts";

/** A page whose neighbours are asked for by calls that block. Iterating it gives the items from this page on. */
export abstract class BaseSyncPage<T> extends BasePage<T> implements Iterable<T, undefined, undefined> {
  readonly #source: SyncListSource;

  constructor(init: PageInit<SyncListSource>) {
    super(init);
    this.#source = init.source;
  }

  /** Asks for the next page, whatever `hasNextPage()` says. Throws `PaginationError` where the body points to none. */
  getNextPage(): this {
    try {
      return this.#turn(this.nextPageInfo(), "next");
    } catch (error) {
      throw atCaller(error, this.getNextPage);
    }
  }

  /** Asks for the previous page. Throws `PaginationError` where the body points to none or the API has no way back. */
  getPreviousPage(): this {
    try {
      return this.#turn(this.previousPageInfo(), "previous");
    } catch (error) {
      throw atCaller(error, this.getPreviousPage);
    }
  }

  /** Walks page by page, from this one on. */
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

  #turn(info: PageInfo | null, which: "next" | "previous"): this {
    if (info === null) throw noPage(this, which);
    return openSyncPage(this.#Page, this.#source, nextRequest(this.request, info));
  }

  #walk<V>(unit: WalkUnit, options: ResumableWalkOptions<T> | undefined): SyncWalk<this, V> {
    const { strategy } = this;
    return new SyncWalk<this, V>(this.#Page, { source: this.#source, page: this, strategy, unit, options });
  }

  get #Page(): SyncPageClass<this> {
    // The cast: TypeScript does not know that an object's constructor makes objects of its class.
    return this.constructor as SyncPageClass<this>;
  }
}
