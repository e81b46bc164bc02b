import type { SyncAPIListOptions } from "../client/client-options.ts";
import { type ListCallInit, syncSource } from "../client/list-call.ts";
import { SyncTransport } from "../http/sync/sync-transport.ts";
import { checkPageClass } from "../pagination/list/checked-source.ts";
import { SyncBidirectionalPageCursor, SyncPage, SyncPageCursor } from "../pagination/list/page-classes.ts";
import { BaseSyncPage, SyncPaginator } from "../pagination/list/sync-paginator.ts";
import { checkSyncPrefetch, type SyncPageClass } from "../pagination/walk/sync-walk.ts";
import { API_RULES } from "./api-rules.ts";
import { BaseClient, type ClientOptions } from "./base-client.ts";
import type { Endpoint } from "./catalog/endpoint.ts";
import type { Resources } from "./catalog/generated/resources.ts";
import { endpointCall, pathCall } from "./resource-tree.ts";

const pageClasses = {
  Page: SyncPage,
  PageCursor: SyncPageCursor,
  BidirectionalPageCursor: SyncBidirectionalPageCursor,
};

export interface Anthropic extends Resources<"sync"> {}

/**
 * The synchronous client: every call blocks until its answer is there, as in Python's `Anthropic`.
 *
 * Requests are sent by one worker thread, started with the first of them. It never keeps the process alive. A server
 * that runs on the calling thread cannot answer, as that thread is blocked: a request to it is refused.
 *
 * @example
 * ```ts
 * for (const model of new Anthropic().models.list()) console.log(model.id);
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the members of Resources are assigned by the base class.
export class Anthropic extends BaseClient<ClientOptions> {
  #transport = new SyncTransport(API_RULES);

  /** Throws `ConfigurationError` for an option that cannot be used. A missing key is only noticed by a list. */
  constructor(options: ClientOptions = {}) {
    super(options, { blocks: true });
    checkSyncPrefetch(options.walk?.prefetch ?? 0);
  }

  /**
   * The first page of any path, in any page class: for what the catalog does not know.
   *
   * @example
   * ```ts
   * const page = new Anthropic().getAPIList("/v1/models", SyncPage<{ id: string }>, { query: { limit: 5 } });
   * ```
   */
  getAPIList<T, P extends BaseSyncPage<T>>(
    path: string,
    Page: SyncPageClass<P & BaseSyncPage<T>>,
    options: SyncAPIListOptions = {},
  ): P {
    return this.#list<T, P>(Page, pathCall(path, options));
  }

  /** A client with other options; those that are not named stay. It shares its connections with this one. */
  withOptions(changes: ClientOptions): Anthropic {
    const clone = new Anthropic(this.changedOptions(changes));
    clone.#transport = this.#transport;
    this.passOn(clone);
    return clone;
  }

  /** Closes the connections of this client and of its clones made by `withOptions()`. A later call opens new ones. */
  close(): void {
    this.#transport.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  protected override listEndpoint(endpoint: Endpoint, args: readonly unknown[]): unknown {
    const Page: SyncPageClass<BaseSyncPage<unknown>> = pageClasses[endpoint.page];
    return this.#list<unknown, BaseSyncPage<unknown>>(Page, endpointCall(endpoint, args));
  }

  #list<T, P extends BaseSyncPage<T>>(Page: SyncPageClass<P>, init: Omit<ListCallInit, "strategy">): P {
    checkPageClass(Page, BaseSyncPage);
    const call = this.listCall({ ...init, strategy: Page.prototype.strategy });
    return new SyncPaginator<T, P>(Page, syncSource(call, this.#transport)).firstPage();
  }
}
