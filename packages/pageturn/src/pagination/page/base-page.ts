import { isInstance } from "../../errors/instance-of.ts";
import type { PageInfo, PageRequest, PageResponse } from "../request/page-request.ts";
import { cursorFrom, type ItemsLocation, type PaginationStrategy, stepFrom } from "../request/strategy.ts";
import { continuation } from "./continuation.ts";
import { type FetchedPage, type PageBody, pageBody } from "./page-body.ts";

/** The part of a list source that a page uses. */
export interface PageSource {
  /** Where bodies have their items. Default: as the strategy of the page class says. */
  readonly items?: ItemsLocation | undefined;
  /** Whether a body without a place for items is an empty page. Default: the walk reports it as incomplete. */
  readonly itemsOptional?: boolean | undefined;
  readonly walk?: { readonly emptyPages?: "continue" | "stop" | undefined } | undefined;
}

/** What a page is made of. */
export interface PageInit<S extends PageSource> {
  readonly source: S;
  readonly request: PageRequest;
  readonly fetched: FetchedPage;
  /** Where in the page a resumed walk begins; absent for any other page. */
  readonly resumption?: Resumption | undefined;
}

/** The part of a page that an earlier walk has already returned. */
export interface Resumption {
  /** How many items. */
  readonly offset: number;
  /** The key of the last of them. */
  readonly last: string;
  /** Whether they were returned in the opposite order of the page. */
  readonly reversed: boolean;
  /**
   * Only where the page was walked backward in the API's order: the key of the first item that it had when it was first
   * seen, and the request that followed it. Items that have appeared in front of that item belong to that request.
   */
  readonly pinned?: { readonly first: string; readonly request: PageRequest } | undefined;
}

/**
 * One response of a list: its items, and what is needed to request the next page.
 *
 * The fields of the body are on the page under their wire names. A field with the name of a member of the class
 * (`items`, for example) does not hide that member; it is in `toJSON()`, which returns the whole body.
 */
export abstract class BasePage<T> {
  /** @internal */
  static readonly pageturnClass: string = "BasePage";
  /** @internal */
  static readonly [Symbol.hasInstance]: (value: unknown) => boolean = isInstance;

  /** The items; `[]` where the body has none. The array may be changed: walks have their own. */
  readonly data: T[];

  readonly #source: PageSource;
  readonly #body: PageBody;
  readonly #resumption: Resumption | undefined;
  #items: readonly T[];
  readonly #next: () => PageInfo | null;
  readonly #previous: () => PageInfo | null;

  constructor(init: PageInit<PageSource>) {
    const { strategy } = this;
    const { request } = init;
    const location = init.source.items ?? strategy.items ?? "data";
    this.#source = init.source;
    this.#body = pageBody(init.fetched, {
      strategy,
      location,
      request,
      itemsOptional: init.source.itemsOptional === true,
    });
    this.#resumption = init.resumption;
    const { body, items, shown, fields } = this.#body;
    // Before a program has the items: the cursor may be the id of one.
    this.#next = read(() => stepFrom(strategy, "next", this.#body));
    this.#previous = read(() => stepFrom(strategy, "previous", this.#body));
    // The casts: decoded JSON becomes a typed page here, and nowhere else.
    this.#items = items as readonly T[];
    this.data = shown as T[];
    const page = this as Record<string, unknown>;
    for (const [name, value] of fields) if (!(name in this)) page[name] = value;
    if (Array.isArray(body)) return;
    for (const name of Object.keys(body)) if (!(name in this)) page[name] = body[name];
  }

  /** How this class pages. `definePages()` sets it. */
  get strategy(): PaginationStrategy {
    throw new TypeError(`Cannot create a ${this.constructor.name}: make the class with definePages()`);
  }

  /** The request that this page answers. */
  get request(): PageRequest {
    return this.#body.request;
  }

  /** Metadata of the response. Not enumerable, and not in the page's JSON. */
  get response(): PageResponse {
    return this.#body.response;
  }

  /** The `request-id` header of the response, `null` where there was none: the name that the official SDKs use. */
  get _request_id(): string | null {
    return this.#body.response.requestId;
  }

  /** @internal The body, as far as the strategy reads it. */
  get checkedBody(): PageBody {
    return this.#body;
  }

  /** @internal Where in this page a resumed walk begins. */
  get resumption(): Resumption | undefined {
    return this.#resumption;
  }

  /** The items of this page; `[]` where the body has none. */
  getPaginatedItems(): T[] {
    return this.data;
  }

  /** @internal The items that a walk returns, whatever the program did with {@link data}. */
  get walkItems(): readonly T[] {
    const items = this.getPaginatedItems();
    return items === this.data ? this.#items : items;
  }

  /** @internal The items as the server sent them, which have the keys: a schema may make others of them. */
  get sentItems(): readonly unknown[] {
    const items = this.getPaginatedItems();
    return items === this.data ? this.#body.items : items;
  }

  /** @internal Takes what a schema made of the items. */
  parsedAs(items: readonly unknown[]): this {
    this.#items = items as readonly T[];
    return Object.assign(this, { data: [...items] });
  }

  /** The change of the request that leads to the next page; `null` where the page points to none. */
  nextPageInfo(): PageInfo | null {
    return this.#next();
  }

  /** The change that leads to the previous page; `null` where the page points to none, or the API has no way back. */
  previousPageInfo(): PageInfo | null {
    return this.#previous();
  }

  /**
   * Whether a walk goes on after this page.
   *
   * An empty page does not end a list, unless it leads back to itself or the list was made with
   * `emptyPages: "stop"`, as the Python SDK does.
   */
  hasNextPage(): boolean {
    return continuation(this, this.#source.walk?.emptyPages) !== null;
  }

  /** Whether there is a page before this one; `null` where the server did not say. */
  hasPreviousPage(): boolean | null {
    const { previous, cursorMeans } = this.strategy;
    if (previous === undefined || cursorMeans === "position") return null;
    const isAbsent = typeof previous === "object" && cursorFrom(previous.from, this.#body) === undefined;
    return isAbsent ? null : this.previousPageInfo() !== null;
  }

  /** The body as the server sent it, and nothing else. */
  toJSON(): unknown {
    return this.#body.body;
  }
}

/** Reads a step now, for whoever asks for it later. One that fails is read again then: the error is for the one who asks. */
function read(step: () => PageInfo | null): () => PageInfo | null {
  try {
    const info = step();
    return () => info;
  } catch {
    return step;
  }
}
