import { isInstance } from "../../errors/instance-of.ts";
import { atCaller } from "../../errors/pageturn-error.ts";
import { BasePage, type PageInit } from "../page/base-page.ts";
import { neighbourRequest } from "../page/continuation.ts";
import type { PageResponse } from "../request/page-request.ts";
import { type AwaitedSyncList, awaited } from "../walk/base-sync-walk.ts";
import type { WalkUnit } from "../walk/page-slice.ts";
import { openSyncPage, type SyncPageClass, SyncWalk } from "../walk/sync-walk.ts";
import type { ResumableWalkOptions, SyncListSource } from "../walk/walk-options.ts";
import { checkedSource, isShared, type PageWithResponse, pageWithResponse } from "./checked-source.ts";

/** A page whose neighbours are fetched by calls that block. Iterating it returns the items from this page on. */
export abstract class BaseSyncPage<T> extends BasePage<T> implements Iterable<T> {
  /** @internal */
  static override readonly pageturnClass: string = "BaseSyncPage";

  readonly #source: SyncListSource;

  constructor(init: PageInit<SyncListSource>) {
    super(init);
    this.#source = init.source;
  }

  /** Fetches the next page, whatever `hasNextPage()` says. Throws `PaginationError` where the page points to none. */
  getNextPage(): this {
    return this.#turn("next", this.getNextPage);
  }

  /** Fetches the previous page. Throws `PaginationError` where the page points to none or the API has no way back. */
  getPreviousPage(): this {
    return this.#turn("previous", this.getPreviousPage);
  }

  /** Walks page by page, from this page on. */
  iterPages(options?: ResumableWalkOptions<T>): SyncWalk<this, this> {
    return new SyncWalk<this, this>({ ...this.#list, unit: "pages", options });
  }

  /** Walks item by item, from this page on. */
  items(options?: ResumableWalkOptions<T>): SyncWalk<this, T> {
    return new SyncWalk<this, T>({ ...this.#list, unit: "items", options });
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

  #turn(which: "next" | "previous", entry: () => this): this {
    const { Page, source } = this.#list;
    try {
      return openSyncPage(Page, source, { request: neighbourRequest(this, which) });
    } catch (error) {
      throw atCaller(error, entry);
    }
  }

  get #list() {
    // The cast: TypeScript does not know that the constructor of an object makes objects of its class.
    return { Page: this.constructor as SyncPageClass<this>, source: this.#source, page: this };
  }
}

/**
 * A list that has not been requested yet. The first request is sent when the list is used, and once, however often it is
 * used. If it fails, or a walk finds that its page lacks the items, the next use sends it again. {@link AsyncPaginator} is its twin.
 */
export class SyncPaginator<T, P extends BaseSyncPage<T> = BaseSyncPage<T>> implements Iterable<T> {
  /** @internal */
  static readonly pageturnClass: string = "SyncPaginator";
  /** @internal */
  static readonly [Symbol.hasInstance]: (value: unknown) => boolean = isInstance;

  readonly #Page: SyncPageClass<P>;
  readonly #source: SyncListSource;
  #first: P | null = null;

  constructor(Page: SyncPageClass<P & BaseSyncPage<T>>, source: SyncListSource) {
    this.#source = checkedSource(Page, source, BaseSyncPage);
    this.#Page = Page;
  }

  /** The first page. */
  firstPage(): P {
    const { request, start } = this.#source;
    this.#first ??= openSyncPage(this.#Page, this.#source, start ?? { request });
    return this.#first;
  }

  /** The first page together with its response. */
  withResponse(): PageWithResponse<P> {
    return pageWithResponse(this.firstPage());
  }

  /** The response of the first page: status, headers, request id. Its body has been read. */
  asResponse(): PageResponse {
    return this.firstPage().response;
  }

  /** Walks item by item. */
  items(options?: ResumableWalkOptions<T>): SyncWalk<P, T> {
    return this.#walk("items", options);
  }

  /** Walks page by page. */
  pages(options?: ResumableWalkOptions<T>): SyncWalk<P, P> {
    return this.#walk("pages", options);
  }

  /** Walks page by page: the name that pages have for `pages()`. */
  iterPages(options?: ResumableWalkOptions<T>): SyncWalk<P, P> {
    return this.pages(options);
  }

  /** All items of the list, in one array. */
  toArray(options?: ResumableWalkOptions<T>): T[] {
    return Array.from(this.items(options));
  }

  [Symbol.iterator](): SyncWalk<P, T> {
    return this.items();
  }

  [Symbol.asyncIterator](): AwaitedSyncList {
    return awaited(this);
  }

  #walk<V>(unit: WalkUnit, options: ResumableWalkOptions<T> | undefined): SyncWalk<P, V> {
    const source = this.#source;
    const sharesFirst = options?.resumeFrom === undefined;
    return new SyncWalk<P, V>({
      Page: this.#Page,
      source,
      unit,
      options,
      refused: (page) => {
        if (this.#first === page) this.#first = null;
      },
      open: (planned, pending) =>
        sharesFirst && isShared(planned, this.#first)
          ? this.firstPage()
          : openSyncPage(this.#Page, source, planned, pending),
    });
  }
}
