import type { PageInit } from "../page/base-page.ts";
import { checkStrategy } from "../request/check-strategy.ts";
import type { PaginationStrategy } from "../request/strategy.ts";
import type { AsyncListSource, SyncListSource } from "../walk/walk-options.ts";
import { BaseAsyncPage } from "./async-paginator.ts";
import { BaseSyncPage } from "./sync-paginator.ts";

/** A sync page class. `F` are the fields that the bodies have apart from their items. */
export interface SyncPageConstructor<F extends object> {
  new <T>(init: PageInit<SyncListSource>): BaseSyncPage<T> & Readonly<F>;
  readonly prototype: BaseSyncPage<unknown>;
}

/** An async page class. `F` are the fields that the bodies have apart from their items. */
export interface AsyncPageConstructor<F extends object> {
  new <T>(init: PageInit<AsyncListSource>): BaseAsyncPage<T> & Readonly<F>;
  readonly prototype: BaseAsyncPage<unknown>;
}

/** The page classes of one strategy. */
export interface PageClasses<F extends object> {
  readonly SyncPage: SyncPageConstructor<F>;
  readonly AsyncPage: AsyncPageConstructor<F>;
}

/**
 * Defines the pair of page classes, sync and async, of an API that pages as `strategy` says.
 *
 * Throws `ConfigurationError` where the strategy cannot work.
 *
 * @example
 * ```ts
 * const { AsyncPage: NotePage } = definePages<{ next: string | null }>({
 *   items: ["result", "notes"],
 *   next: { from: { body: "next" }, to: "cursor" },
 * });
 * ```
 */
export function definePages<F extends object = object>(strategy: PaginationStrategy): PageClasses<F> {
  checkStrategy(strategy);
  return { SyncPage: syncPageOf<F>(strategy), AsyncPage: asyncPageOf<F>(strategy) };
}

/** The sync half of {@link definePages}, for bundles that use no other. */
export function syncPageOf<F extends object>(strategy: PaginationStrategy): SyncPageConstructor<F> {
  class SyncPage<T> extends BaseSyncPage<T> {
    override get strategy(): PaginationStrategy {
      return strategy;
    }
  }
  // The cast: the constructor of a page copies the fields of the body onto it.
  return SyncPage as unknown as SyncPageConstructor<F>;
}

/** The async half of {@link definePages}, for bundles that use no other. */
export function asyncPageOf<F extends object>(strategy: PaginationStrategy): AsyncPageConstructor<F> {
  class AsyncPage<T> extends BaseAsyncPage<T> {
    override get strategy(): PaginationStrategy {
      return strategy;
    }
  }
  // The cast: the constructor of a page copies the fields of the body onto it.
  return AsyncPage as unknown as AsyncPageConstructor<F>;
}
