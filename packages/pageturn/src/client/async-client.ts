import { defaultTransport } from "#default-transport";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { FetchTransport } from "../http/fetch-transport.ts";
import type { Transport } from "../http/transport.ts";
import { AsyncPaginator, BaseAsyncPage } from "../pagination/list/async-paginator.ts";
import { checkPageClass } from "../pagination/list/checked-source.ts";
import { asyncPageOf } from "../pagination/list/define-pages.ts";
import { callback, checkedObject } from "../pagination/request/check-option.ts";
import type { AsyncPageClass } from "../pagination/walk/async-walk.ts";
import { BaseClient, type ClientFamily, pathCall } from "./base-client.ts";
import { checkedAgent, checkedFetchOptions, checkedTLS } from "./client-config.ts";
import type {
  AsyncAPIListOptions,
  AsyncClientOnly,
  AsyncPathListOptions,
  SharedClientOptions,
} from "./client-options.ts";
import { type CreateClientOptions, createdClients } from "./created-clients.ts";
import { asyncSource, type ListCallInit } from "./list-call.ts";

/** A client whose lists are fetched asynchronously. {@link createClient} makes one. */
export class AsyncClient<O extends SharedClientOptions & AsyncClientOnly> extends BaseClient<O> {
  /** @internal */
  static override readonly pageturnClass: string = "AsyncClient";

  #transport: Transport;

  /** @internal */
  constructor(options: O, family: ClientFamily<O>) {
    super(options, { family, blocks: false });
    const fetch = callback("fetch", options.fetch ?? undefined);
    const fetchOptions = checkedFetchOptions(options.fetchOptions);
    const agent = checkedAgent(options.agent ?? undefined);
    const tls = checkedTLS(options.tls ?? undefined);
    const ways = { [fetch === undefined ? "fetchOptions" : "fetch"]: fetch ?? fetchOptions, agent, tls };
    const [first, second] = Object.entries(ways).filter(([, value]) => value !== undefined);
    if (first !== undefined && second !== undefined) {
      throw new ConfigurationError(
        `Cannot use the options ${first[0]} and ${second[0]} together as each says how connections are made. Leave one of them out`,
      );
    }
    this.#transport =
      fetch === undefined && fetchOptions === undefined
        ? defaultTransport({ agent, tls })
        : new FetchTransport({ fetch, init: fetchOptions });
  }

  /**
   * A list of any path. Nothing is requested before the list is awaited or iterated.
   *
   * Throws `ConfigurationError` for an option that cannot be used, and `CheckpointError` for a checkpoint of another list.
   *
   * @example
   * ```ts
   * const client = createClient({ baseURL: "https://api.example.com", strategy: pageCursor() });
   * for await (const note of client.list<{ id: string }>("/notes", { query: { limit: 5 } })) console.log(note.id);
   * ```
   */
  list<T = unknown>(
    path: string,
    options: AsyncPathListOptions<T> = {},
  ): AsyncPaginator<T, BaseAsyncPage<T>> {
    const { strategy, ...rest }: AsyncPathListOptions<T> = checkedObject(
      `the options of the list ${path}`,
      options,
    );
    const AsyncPage = asyncPageOf(this.strategyOf(path, strategy, rest));
    return this.getAPIList<T, BaseAsyncPage<T>>(path, AsyncPage<T>, rest);
  }

  /**
   * A list of any path, in any page class: for subclasses with members of their own.
   *
   * @example
   * ```ts
   * const models = new AsyncAnthropic().getAPIList("/v1/models", AsyncPage<{ id: string }>, { query: { limit: 5 } });
   * ```
   */
  getAPIList<T, P extends BaseAsyncPage<T>>(
    path: string,
    Page: AsyncPageClass<P & BaseAsyncPage<T>>,
    options: AsyncAPIListOptions<T> = {},
  ): AsyncPaginator<T, P> {
    return this.listPages<T, P>(Page, pathCall(path, options));
  }

  /** A client with other options; those that are not named stay. It shares its connections with this one. */
  withOptions(changes: Partial<O>): AsyncClient<O> {
    return this.cloned(new AsyncClient(this.changedOptions(changes), this.family), changes);
  }

  /** Closes the connections of this client and of its clones made by `withOptions()`. A later call opens new ones. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal */
  protected listPages<T, P extends BaseAsyncPage<T>>(
    Page: AsyncPageClass<P>,
    init: Omit<ListCallInit, "strategy">,
  ): AsyncPaginator<T, P> {
    checkPageClass(Page, BaseAsyncPage);
    const call = this.listCall({ ...init, strategy: Page.prototype.strategy });
    return new AsyncPaginator<T, P>(Page, asyncSource(call, this.#transport));
  }

  /** @internal A clone with what it shares with this client. */
  protected cloned<C extends AsyncClient<O>>(clone: C, changes: Partial<O>): C {
    const { fetch, fetchOptions, agent, tls } = changes;
    if ((fetch ?? fetchOptions ?? agent ?? tls ?? null) === null) clone.#transport = this.#transport;
    this.sharePace(clone);
    return clone;
  }
}

/**
 * A client for any API, without knowledge of one: retries, time limits, bounds, pacing, redaction and walks are those of
 * the Anthropic client. {@link createSyncClient} is its twin.
 *
 * Throws `ConfigurationError` for an option that cannot be used.
 */
export function createClient(
  options: CreateClientOptions & AsyncClientOnly,
): AsyncClient<CreateClientOptions & AsyncClientOnly> {
  return new AsyncClient(options, createdClients());
}
