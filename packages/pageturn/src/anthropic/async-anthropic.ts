import { AsyncClient } from "../client/async-client.ts";
import type { ClientFamily } from "../client/base-client.ts";
import type { AsyncAPIListOptions } from "../client/client-options.ts";
import type { AsyncPaginator, BaseAsyncPage } from "../pagination/list/async-paginator.ts";
import {
  AsyncBidirectionalPageCursor,
  AsyncPage,
  AsyncPageCursor,
  AsyncReportPageCursor,
} from "../pagination/list/page-classes.ts";
import type { AsyncPageClass } from "../pagination/walk/async-walk.ts";
import type { Resources } from "./catalog/generated/resources.ts";
import { ANTHROPIC_CLIENTS, type AsyncClientOptions } from "./client-family.ts";
import { endpointCall, resourceTree } from "./resource-tree.ts";
import type { WorkspaceOption } from "./workspace.ts";

const pageClasses = {
  Page: AsyncPage,
  PageCursor: AsyncPageCursor,
  BidirectionalPageCursor: AsyncBidirectionalPageCursor,
  ReportPageCursor: AsyncReportPageCursor,
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
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the members of Resources are assigned by the constructor.
export class AsyncAnthropic extends AsyncClient<AsyncClientOptions> {
  /** @internal */
  static override readonly pageturnClass: string = "AsyncAnthropic";

  /** Throws `ConfigurationError` for an option that cannot be used. A missing key is only noticed by a list. */
  constructor(options?: AsyncClientOptions);
  /** @internal */
  constructor(options: AsyncClientOptions, family: ClientFamily<AsyncClientOptions>);
  constructor(
    options: AsyncClientOptions = {},
    family: ClientFamily<AsyncClientOptions> = ANTHROPIC_CLIENTS,
  ) {
    super(options, family);
    const tree = resourceTree((endpoint, args) => {
      const Page: AsyncPageClass<BaseAsyncPage<unknown>> = pageClasses[endpoint.page];
      return this.listPages<unknown, BaseAsyncPage<unknown>>(Page, endpointCall(endpoint, args));
    });
    Object.assign(this, tree);
  }

  override getAPIList<T, P extends BaseAsyncPage<T>>(
    path: string,
    Page: AsyncPageClass<P & BaseAsyncPage<T>>,
    options: AsyncAPIListOptions<T> & WorkspaceOption = {},
  ): AsyncPaginator<T, P> {
    return super.getAPIList<T, P>(path, Page, options);
  }

  override withOptions(changes: AsyncClientOptions): AsyncAnthropic {
    return this.cloned(new AsyncAnthropic(this.changedOptions(changes), this.family), changes);
  }
}
