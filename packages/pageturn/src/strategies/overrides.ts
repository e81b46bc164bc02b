import type { PaginationStrategy } from "../pagination/request/strategy.ts";

/** Members of a strategy that replace those of a ready one: where the items are, the page size, what the end means. */
export type StrategyOverrides = Omit<Partial<PaginationStrategy>, "next" | "previous">;

/** {@link StrategyOverrides} of an API whose lists differ in where the items are. */
export type OverridesWithItems = StrategyOverrides & Required<Pick<StrategyOverrides, "items">>;
