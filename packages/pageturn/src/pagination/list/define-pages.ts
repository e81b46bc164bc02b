import type { PageInit } from "../page/base-page.ts";
import { checkStrategy, type PaginationStrategy } from "../request/strategy.ts";
import type { AsyncListSource, SyncListSource } from "../walk/list-source.ts";
import { BaseAsyncPage } from "./base-async-page.ts";
import { BaseSyncPage } from "./base-sync-page.ts";

/** The page classes of one strategy. `F` are the fields that the bodies have apart from their items. */
export interface PageClasses<F extends object> {
  readonly SyncPage: {
    new <T>(init: PageInit<SyncListSource>): BaseSyncPage<T> & Readonly<F>;
    readonly prototype: BaseSyncPage<unknown>;
  };
  readonly AsyncPage: {
    new <T>(init: PageInit<AsyncListSource>): BaseAsyncPage<T> & Readonly<F>;
    readonly prototype: BaseAsyncPage<unknown>;
  };
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
 *   fields: ["next"],
 *   next: { from: { body: "next" }, to: "cursor" },
 * });
 * ```
 */
export function definePages<F extends object = object>(strategy: PaginationStrategy): PageClasses<F> {
  checkStrategy(strategy);
  class SyncPage<T> extends BaseSyncPage<T> {
    override get strategy(): PaginationStrategy {
      return strategy;
    }
  }
  class AsyncPage<T> extends BaseAsyncPage<T> {
    override get strategy(): PaginationStrategy {
      return strategy;
    }
  }
  // The cast: the constructor of a page copies the fields of the body onto it.
  return { SyncPage, AsyncPage } as PageClasses<F>;
}
