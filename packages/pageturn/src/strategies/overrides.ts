import type { PaginationStrategy } from "../pagination/request/strategy.ts";

/** Members of a strategy that replace those of a ready one: where the items are, the page size, what the end means. */
export type StrategyOverrides = Omit<Partial<PaginationStrategy>, "next" | "previous">;
