import type { ClientFamily } from "../client/base-client.ts";
import type { SyncAPIListOptions } from "../client/client-options.ts";
import { SyncClient } from "../client/sync-client.ts";
import {
  SyncBidirectionalPageCursor,
  SyncPage,
  SyncPageCursor,
  SyncReportPageCursor,
} from "../pagination/list/page-classes.ts";
import type { BaseSyncPage } from "../pagination/list/sync-paginator.ts";
import type { SyncPageClass } from "../pagination/walk/sync-walk.ts";
import type { Resources } from "./catalog/generated/resources.ts";
import { ANTHROPIC_CLIENTS, type ClientOptions } from "./client-family.ts";
import { endpointCall, resourceTree } from "./resource-tree.ts";
import type { WorkspaceOption } from "./workspace.ts";

const pageClasses = {
  Page: SyncPage,
  PageCursor: SyncPageCursor,
  BidirectionalPageCursor: SyncBidirectionalPageCursor,
  ReportPageCursor: SyncReportPageCursor,
};

export interface Anthropic extends Resources<"sync"> {}

/**
 * The synchronous client: every call blocks until its answer is there, as in Python's `Anthropic`.
 *
 * @example
 * ```ts
 * for (const model of new Anthropic().models.list()) console.log(model.id);
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the members of Resources are assigned by the constructor.
export class Anthropic extends SyncClient<ClientOptions> {
  /** @internal */
  static override readonly pageturnClass: string = "Anthropic";

  /** Throws `ConfigurationError` for an option that cannot be used. A missing key is only noticed by a list. */
  constructor(options?: ClientOptions);
  /** @internal */
  constructor(options: ClientOptions, family: ClientFamily<ClientOptions>);
  constructor(options: ClientOptions = {}, family: ClientFamily<ClientOptions> = ANTHROPIC_CLIENTS) {
    super(options, family);
    const tree = resourceTree((endpoint, args) => {
      const Page: SyncPageClass<BaseSyncPage<unknown>> = pageClasses[endpoint.page];
      return this.listPages<unknown, BaseSyncPage<unknown>>(Page, endpointCall(endpoint, args));
    });
    Object.assign(this, tree);
  }

  override getAPIList<T, P extends BaseSyncPage<T>>(
    path: string,
    Page: SyncPageClass<P & BaseSyncPage<T>>,
    options: SyncAPIListOptions<T> & WorkspaceOption = {},
  ): P {
    return super.getAPIList<T, P>(path, Page, options);
  }

  override withOptions(changes: ClientOptions): Anthropic {
    return this.cloned(new Anthropic(this.changedOptions(changes), this.family), changes);
  }
}
