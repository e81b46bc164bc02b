import { blockingTransport } from "#default-transport";
import type { BlockingTransport } from "../http/sync/blocking-transport.ts";
import { checkPageClass } from "../pagination/list/checked-source.ts";
import { syncPageOf } from "../pagination/list/define-pages.ts";
import { BaseSyncPage, SyncPaginator } from "../pagination/list/sync-paginator.ts";
import { checkedObject } from "../pagination/request/check-option.ts";
import { checkSyncPrefetch, type SyncPageClass } from "../pagination/walk/sync-walk.ts";
import { BaseClient, type ClientFamily, pathCall } from "./base-client.ts";
import { checkedTLS } from "./client-config.ts";
import type { SharedClientOptions, SyncAPIListOptions, SyncPathListOptions } from "./client-options.ts";
import { type CreateClientOptions, createdClients } from "./created-clients.ts";
import { type ListCallInit, syncSource } from "./list-call.ts";

/**
 * A client whose calls block until their answer is there. {@link createSyncClient} makes one.
 *
 * Requests are sent by one worker thread, started with the first of them. It never keeps the process alive. A server
 * that runs on the calling thread cannot answer, as that thread is blocked: a request to it is refused.
 */
export class SyncClient<O extends SharedClientOptions> extends BaseClient<O> {
  /** @internal */
  static override readonly pageturnClass: string = "SyncClient";

  #transport: BlockingTransport;

  /** @internal */
  constructor(options: O, family: ClientFamily<O>) {
    super(options, { family, blocks: true });
    checkSyncPrefetch(options.walk?.prefetch ?? 0);
    const tls = checkedTLS(options.tls ?? undefined);
    this.#transport = blockingTransport({ asyncClient: family.asyncClient, tls });
  }

  /**
   * The first page of any path.
   *
   * Throws `ConfigurationError` for an option that cannot be used, and `CheckpointError` for a checkpoint of another list.
   *
   * @example
   * ```ts
   * const client = createSyncClient({ baseURL: "https://api.example.com", strategy: pageCursor() });
   * for (const note of client.list<{ id: string }>("/notes", { query: { limit: 5 } })) console.log(note.id);
   * ```
   */
  list<T = unknown>(path: string, options: SyncPathListOptions<T> = {}): BaseSyncPage<T> {
    const { strategy, ...rest }: SyncPathListOptions<T> = checkedObject(
      `the options of the list ${path}`,
      options,
    );
    const SyncPage = syncPageOf(this.strategyOf(path, strategy, rest));
    return this.getAPIList<T, BaseSyncPage<T>>(path, SyncPage<T>, rest);
  }

  /**
   * The first page of any path, in any page class: for subclasses with members of their own.
   *
   * @example
   * ```ts
   * const page = new Anthropic().getAPIList("/v1/models", SyncPage<{ id: string }>, { query: { limit: 5 } });
   * ```
   */
  getAPIList<T, P extends BaseSyncPage<T>>(
    path: string,
    Page: SyncPageClass<P & BaseSyncPage<T>>,
    options: SyncAPIListOptions<T> = {},
  ): P {
    return this.listPages<T, P>(Page, pathCall(path, options));
  }

  /** A client with other options; those that are not named stay. It shares its connections with this one. */
  withOptions(changes: Partial<O>): SyncClient<O> {
    return this.cloned(new SyncClient(this.changedOptions(changes), this.family), changes);
  }

  /** Closes the connections of this client and of its clones made by `withOptions()`. A later call opens new ones. */
  close(): void {
    this.#transport.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  protected listPages<T, P extends BaseSyncPage<T>>(
    Page: SyncPageClass<P>,
    init: Omit<ListCallInit, "strategy">,
  ): P {
    checkPageClass(Page, BaseSyncPage);
    // The thread starts while the request is made ready.
    this.#transport.open();
    const call = this.listCall({ ...init, strategy: Page.prototype.strategy });
    return new SyncPaginator<T, P>(Page, syncSource(call, this.#transport)).firstPage();
  }

  /** @internal A clone with what it shares with this client. */
  protected cloned<C extends SyncClient<O>>(clone: C, { tls }: Partial<O>): C {
    if ((tls ?? null) === null) clone.#transport = this.#transport;
    this.sharePace(clone);
    return clone;
  }
}

/**
 * A client for any API, whose calls block. {@link createClient} is its twin.
 *
 * Throws `ConfigurationError` for an option that cannot be used.
 */
export function createSyncClient(options: CreateClientOptions): SyncClient<CreateClientOptions> {
  return new SyncClient(options, createdClients());
}
