import { defaultTransport } from "#default-transport";
import { anySignal } from "../client/any-signal.ts";
import { type ClientConfig, clientConfig } from "../client/client-config.ts";
import { type AsyncAPIListOptions, type AsyncClientOptions, withOptions } from "../client/client-options.ts";
import { ListCall, type ListCallInit } from "../client/list-call.ts";
import type { AsyncListOptions } from "../client/list-options.ts";
import { FetchTransport } from "../http/fetch-transport.ts";
import { send } from "../http/send.ts";
import type { Transport } from "../http/transport.ts";
import { AsyncPaginator } from "../pagination/list/async-paginator.ts";
import type { BaseAsyncPage } from "../pagination/list/base-async-page.ts";
import type { AsyncPageClass } from "../pagination/list/open-page.ts";
import { AsyncBidirectionalPageCursor, AsyncPage, AsyncPageCursor } from "../pagination/list/page-classes.ts";
import { callback } from "../pagination/walk/check-option.ts";
import type { AsyncListSource } from "../pagination/walk/list-source.ts";
import type { Endpoint } from "./catalog/endpoint.ts";
import { endpoints } from "./catalog/generated/endpoints.ts";
import type { Resources } from "./catalog/generated/resources.ts";
import { endpointCall, growTree } from "./resource-tree.ts";

const pageClasses = {
  Page: AsyncPage,
  PageCursor: AsyncPageCursor,
  BidirectionalPageCursor: AsyncBidirectionalPageCursor,
};

interface AsyncListCallInit extends ListCallInit {
  readonly options?: AsyncListOptions | undefined;
}

export interface AsyncAnthropic extends Resources<"async"> {}

/**
 * The asynchronous client: every `list()` gives a paginator to await or to loop over, as in Python's
 * `AsyncAnthropic`.
 *
 * @example
 * ```ts
 * for await (const model of new AsyncAnthropic().models.list()) console.log(model.id);
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the resource tree grows from the catalog.
export class AsyncAnthropic {
  static #hasTree = false;
  readonly #options: AsyncClientOptions;
  readonly #config: ClientConfig;
  #transport: Transport;

  /** Throws `ConfigurationError` for an option that cannot be used. A missing key is only noticed by a list. */
  constructor(options: AsyncClientOptions = {}) {
    this.#options = options;
    this.#config = clientConfig(options);
    const fetch = callback("fetch", options.fetch);
    this.#transport = fetch === undefined ? defaultTransport() : new FetchTransport({ fetch });
    if (!AsyncAnthropic.#hasTree) {
      AsyncAnthropic.#hasTree = true;
      growTree(AsyncAnthropic.prototype, "", endpoints, (self) => (endpoint, args) => {
        if (#config in self) return self.#listEndpoint(endpoint, args);
        throw new TypeError(`Cannot list ${endpoint.id} of something that is no client`);
      });
    }
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
    const { json, itemsKey, ...rest } = options;
    return this.#list<T, P>(Page, { path, json, itemsKey, options: rest, strategy: Page.prototype.strategy });
  }

  /** A client with other options; those that are not named stay. It shares its connections with this one. */
  withOptions(changes: AsyncClientOptions): AsyncAnthropic {
    const client = new AsyncAnthropic(withOptions(this.#options, changes));
    if (changes.fetch === undefined) client.#transport = this.#transport;
    return client;
  }

  /** Closes the connections of this client and of those made from it. A later call opens new ones. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #listEndpoint(endpoint: Endpoint, args: readonly unknown[]): unknown {
    const Page: AsyncPageClass<BaseAsyncPage<unknown>> = pageClasses[endpoint.page];
    return this.#list<unknown, BaseAsyncPage<unknown>>(Page, {
      ...endpointCall(endpoint, args),
      strategy: Page.prototype.strategy,
    });
  }

  #list<T, P extends BaseAsyncPage<T>>(
    Page: AsyncPageClass<P>,
    init: AsyncListCallInit,
  ): AsyncPaginator<T, P> {
    const call = new ListCall(this.#config, init);
    const transport = this.#transport;
    const outer = init.options?.signal;
    const source: AsyncListSource = {
      ...call.source,
      signal: outer,
      fetch: async (request, inner) => {
        const sent = call.httpRequest(request);
        const result = await send(transport, sent, { ...call.sendOptions, signal: anySignal(outer, inner) });
        return call.fetched(sent, result);
      },
    };
    return new AsyncPaginator<T, P>(Page, source);
  }
}
