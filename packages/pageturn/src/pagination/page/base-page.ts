import type { JsonObject, PageInfo, PageRequest, PageResponse } from "../request/page-request.ts";
import type { PaginationStrategy } from "../request/strategy.ts";
import { hasNextPage } from "./has-next-page.ts";
import { pageBody } from "./page-body.ts";

/** The answer to one {@link PageRequest}: a decoded body, not yet checked, and what is known of the response. */
export interface FetchedPage {
  readonly body: unknown;
  readonly response: PageResponse;
}

/** What a page wants to know of its list. */
export interface PageSource {
  /** Where bodies keep their items; default: what the page class says, else `"data"`. */
  readonly itemsKey?: string | undefined;
  readonly walk?: { readonly emptyPages?: "continue" | "stop" | undefined } | undefined;
}

/** What a page is made of. */
export interface PageInit<S extends PageSource> {
  readonly source: S;
  readonly request: PageRequest;
  readonly fetched: FetchedPage;
  readonly resumption?: Resumption | undefined;
}

/** What an earlier walk has already handed out of the page that a resumed walk begins with. */
export interface Resumption {
  /** How many items. */
  readonly offset: number;
  /** The key of the last of them. */
  readonly last: string;
  /** Whether they were handed out in the opposite order of the page. */
  readonly reversed: boolean;
}

/**
 * One response of a list: its items plus what is needed to ask for the next one.
 *
 * The fields of the body stand on the page under their wire names. One that bears the name of a member of the
 * class (`items`, say) does not hide that member; it is in `toJSON()`, which is the whole body.
 */
export abstract class BasePage<T> {
  /** The items; `[]` where the body has none. */
  readonly data: T[];
  /** Whether the server says that there is more in the direction of the request; null where it says nothing. */
  readonly has_more: boolean | null;

  readonly #source: PageSource;
  readonly #request: PageRequest;
  readonly #response: PageResponse;
  readonly #body: JsonObject;
  readonly #resumption: Resumption | null;
  readonly #hasItems: boolean;

  constructor(init: PageInit<PageSource>) {
    const kind = this.strategy;
    const itemsKey = init.source.itemsKey ?? kind.itemsKey ?? "data";
    const body = pageBody(init.fetched.body, { itemsKey, fields: kind.fields }, init.fetched.response);
    this.#source = init.source;
    this.#request = init.request;
    this.#response = init.fetched.response;
    this.#body = body;
    this.#resumption = init.resumption ?? null;
    this.#hasItems = body[itemsKey] !== undefined;
    // The casts: decoded JSON becomes a page here, and nowhere else.
    this.data = (body[itemsKey] ?? []) as T[];
    this.has_more = (body["has_more"] ?? null) as boolean | null;
    const fields = this as Record<string, unknown>;
    for (const name of kind.fields) fields[name] = body[name] ?? null;
    for (const name of Object.keys(body)) if (!(name in this)) fields[name] = body[name];
  }

  /** How this class pages: what every subclass has to say. */
  get strategy(): PaginationStrategy {
    throw new TypeError(`Cannot make a ${this.constructor.name} as the class does not define its strategy`);
  }

  /** The request that this page answers. */
  get request(): PageRequest {
    return this.#request;
  }

  /** What is known of the response. Not enumerable, and not in the page's JSON. */
  get response(): PageResponse {
    return this.#response;
  }

  /** @internal Whether the body has a place for items; one that has none may be no list at all. */
  get hasItems(): boolean {
    return this.#hasItems;
  }

  /** @internal What a resumed walk has already handed out of this page. */
  get resumption(): Resumption | null {
    return this.#resumption;
  }

  /** The items of this page; `[]` where the body has none. */
  getPaginatedItems(): T[] {
    return this.data;
  }

  /** What must change to get the next page; null where the body points to none. */
  nextPageInfo(): PageInfo | null {
    return this.strategy.next(this.#body, this.#request, this.#response);
  }

  /** What must change to get the previous page; null where the body points to none, or the API has no way back. */
  previousPageInfo(): PageInfo | null {
    return this.strategy.previous?.(this.#body, this.#request, this.#response) ?? null;
  }

  /**
   * Whether a walk goes on behind this page.
   *
   * An empty page does not end a list, unless it leads back to itself or the list was made with
   * `emptyPages: "stop"`, which is what the Python SDK does.
   */
  hasNextPage(): boolean {
    return hasNextPage(this, this.#source.walk?.emptyPages);
  }

  /** Whether there is a page before this one; null where the server did not say. */
  hasPreviousPage(): boolean | null {
    if (!("prev_page" in this.#body)) return null;
    return this.previousPageInfo() !== null;
  }

  /** The body as it came, and nothing else. */
  toJSON(): JsonObject {
    return this.#body;
  }
}
