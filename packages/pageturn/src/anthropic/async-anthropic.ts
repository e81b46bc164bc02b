import { defaultTransport } from "#default-transport";
import type { AsyncAPIListOptions } from "../client/client-options.ts";
import { asyncSource, type ListCallInit } from "../client/list-call.ts";
import { FetchTransport } from "../http/fetch-transport.ts";
import type { Transport } from "../http/transport.ts";
import { AsyncPaginator, BaseAsyncPage } from "../pagination/list/async-paginator.ts";
import { checkPageClass } from "../pagination/list/checked-source.ts";
import { AsyncBidirectionalPageCursor, AsyncPage, AsyncPageCursor } from "../pagination/list/page-classes.ts";
import { callback } from "../pagination/request/check-option.ts";
import type { AsyncPageClass } from "../pagination/walk/async-walk.ts";
import { type AsyncClientOptions, BaseClient } from "./base-client.ts";
import type { Endpoint } from "./catalog/endpoint.ts";
import type { Resources } from "./catalog/generated/resources.ts";
import { endpointCall, pathCall } from "./resource-tree.ts";

const pageClasses = {
  Page: AsyncPage,
  PageCursor: AsyncPageCursor,
  BidirectionalPageCursor: AsyncBidirectionalPageCursor,
};

export interface AsyncAnthropic extends Resources<"async"> {}

/**
 * The asynchronous client: every `list()` returns a paginator to await or to loop over, as in Python's
 * `AsyncAnthropic`.
 *
 * @example
 * ```ts
 * for await (const model of new AsyncAnthropic().models.list()) console.log(model.id);
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the members of Resources are assigned by the base class.
export class AsyncAnthropic extends BaseClient<AsyncClientOptions> {
  #transport: Transport;

  /** Throws `ConfigurationError` for an option that cannot be used. A missing key is only noticed by a list. */
  constructor(options: AsyncClientOptions = {}) {
    super(options, { blocks: false });
    const fetch = callback("fetch", options.fetch ?? undefined);
    this.#transport = fetch === undefined ? defaultTransport() : new FetchTransport({ fetch });
  }

  /**
   * A list of any path, in any page class: for what the catalog does not know.
   *
   * @example
   * ```ts
   * const models = new AsyncAnthropic().getAPIList("/v1/models", AsyncPage<{ id: string }>, { query: { limit: 5 } });
   * ```
   */
  getAPIList<T, P extends BaseAsyncPage<T>>(
    path: string,
    Page: AsyncPageClass<P & BaseAsyncPage<T>>,
    options: AsyncAPIListOptions = {},
  ): AsyncPaginator<T, P> {
    return this.#list<T, P>(Page, pathCall(path, options));
  }

  /** A client with other options; those that are not named stay. It shares its connections with this one. */
  withOptions(changes: AsyncClientOptions): AsyncAnthropic {
    const clone = new AsyncAnthropic(this.changedOptions(changes));
    if ((changes.fetch ?? null) === null) clone.#transport = this.#transport;
    this.passOn(clone);
    return clone;
  }

  /** Closes the connections of this client and of its clones made by `withOptions()`. A later call opens new ones. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal */
  protected override listEndpoint(endpoint: Endpoint, args: readonly unknown[]): unknown {
    const Page: AsyncPageClass<BaseAsyncPage<unknown>> = pageClasses[endpoint.page];
    return this.#list<unknown, BaseAsyncPage<unknown>>(Page, endpointCall(endpoint, args));
  }

  #list<T, P extends BaseAsyncPage<T>>(
    Page: AsyncPageClass<P>,
    init: Omit<ListCallInit, "strategy">,
  ): AsyncPaginator<T, P> {
    checkPageClass(Page, BaseAsyncPage);
    const call = this.listCall({ ...init, strategy: Page.prototype.strategy });
    return new AsyncPaginator<T, P>(Page, asyncSource(call, this.#transport));
  }
}
