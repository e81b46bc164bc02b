import { type ClientConfig, clientConfig, refuseAsyncOptions } from "../client/client-config.ts";
import { type ClientOptions, type SyncAPIListOptions, withOptions } from "../client/client-options.ts";
import { ListCall, type ListCallInit } from "../client/list-call.ts";
import { closeSync, sendSync, startSync } from "../http/sync/sync-transport.ts";
import { openSyncPage, type SyncPageClass } from "../pagination/list/open-page.ts";
import { SyncBidirectionalPageCursor, SyncPage, SyncPageCursor } from "../pagination/list/page-classes.ts";
import type { SyncListSource } from "../pagination/walk/list-source.ts";
import type { Endpoint } from "./catalog/endpoint.ts";
import { endpoints } from "./catalog/generated/endpoints.ts";
import type { Resources } from "./catalog/generated/resources.ts";
import { endpointCall, growTree } from "./resource-tree.ts";

const pageClasses = {
  Page: SyncPage,
  PageCursor: SyncPageCursor,
  BidirectionalPageCursor: SyncBidirectionalPageCursor,
};

export interface Anthropic extends Resources<"sync"> {}

/**
 * The synchronous client: every call blocks until its answer is there, as in Python's `Anthropic`.
 *
 * Requests are sent by one worker thread, started with the first of them. It never keeps the process alive. A
 * server that runs on the calling thread cannot answer, as that thread is blocked.
 *
 * @example
 * ```ts
 * for (const model of new Anthropic().models.list()) console.log(model.id);
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the resource tree grows from the catalog.
export class Anthropic {
  static #hasTree = false;
  readonly #options: ClientOptions;
  readonly #config: ClientConfig;

  /** Throws `ConfigurationError` for an option that cannot be used. A missing key is only noticed by a list. */
  constructor(options: ClientOptions = {}) {
    this.#options = options;
    this.#config = clientConfig(options);
    refuseAsyncOptions(options, ["fetch"]);
    if (!Anthropic.#hasTree) {
      Anthropic.#hasTree = true;
      growTree(Anthropic.prototype, "", endpoints, (self) => (endpoint, args) => {
        if (#config in self) return self.#listEndpoint(endpoint, args);
        throw new TypeError(`Cannot list ${endpoint.id} of something that is no client`);
      });
    }
  }

  /**
   * The first page of any path, in any page class: for what the catalog does not know.
   *
   * @example
   * ```ts
   * const page = new Anthropic().getAPIList("/v1/models", SyncPage<{ id: string }>, { query: { limit: 5 } });
   * ```
   */
  getAPIList<P>(path: string, Page: SyncPageClass<P>, options: SyncAPIListOptions = {}): P {
    const { json, itemsKey, ...rest } = options;
    return this.#list(Page, { path, json, itemsKey, options: rest, strategy: Page.prototype.strategy });
  }

  /** A client with other options; those that are not named stay. It shares its connections with this one. */
  withOptions(changes: ClientOptions): Anthropic {
    return new Anthropic(withOptions(this.#options, changes));
  }

  /** Closes the connections of all sync clients of this thread. A later call opens new ones. */
  close(): void {
    closeSync();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #listEndpoint(endpoint: Endpoint, args: readonly unknown[]): unknown {
    const Page = pageClasses[endpoint.page];
    return this.#list<unknown>(Page, { ...endpointCall(endpoint, args), strategy: Page.prototype.strategy });
  }

  #list<P>(Page: SyncPageClass<P>, init: ListCallInit): P {
    refuseAsyncOptions(init.options ?? {}, ["signal"]);
    const call = new ListCall(this.#config, init);
    const source = {
      ...call.source,
      fetch: (request) => {
        const sent = call.httpRequest(request);
        return call.fetched(sent, sendSync(sent, call.sendOptions));
      },
      fetchAhead: (request) => {
        const sent = call.httpRequest(request);
        const exchange = startSync(sent, call.sendOptions);
        return { wait: () => call.fetched(sent, exchange.wait()), cancel: () => exchange.cancel() };
      },
    } satisfies SyncListSource;
    return openSyncPage(Page, source, source.start ?? { request: source.request });
  }
}
