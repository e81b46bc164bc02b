import { atCaller } from "../errors/at-caller.ts";
import { BasePage } from "./base-page.ts";
import type { WalkUnit } from "./batch.ts";
import type { SyncListSource } from "./list-source.ts";
import { noPage } from "./no-page.ts";
import { openSyncPage, type SyncPageClass } from "./open-page.ts";
import type { PageInfo } from "./page-info.ts";
import type { PageInit } from "./page-init.ts";
import { nextRequest } from "./page-request.ts";
import { SyncWalk } from "./sync-walk.ts";
import type { ResumableWalkOptions } from "./walk-options.ts";

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
    const { pageKind } = this;
    return new SyncWalk<this, V>(this.#Page, { source: this.#source, page: this, pageKind, unit, options });
  }

  get #Page(): SyncPageClass<this> {
    // The cast: TypeScript does not know that an object's constructor makes objects of its class.
    return this.constructor as SyncPageClass<this>;
  }
}
