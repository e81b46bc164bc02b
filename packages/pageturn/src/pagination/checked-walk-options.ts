import { callback, count, oneOf } from "./check-option.ts";
import type { WalkOptions } from "./walk-options.ts";

/** Walk options with every default filled in; no bound is `Infinity`. */
export interface CheckedWalkOptions {
  readonly maxItems: number;
  readonly maxPages: number;
  readonly emptyPages: "continue" | "stop";
  readonly maxEmptyPages: number;
  readonly onCycle: "throw" | "stop" | "allow";
  readonly order: "api" | "traversal";
  readonly distinctBy: ((item: unknown) => unknown) | undefined;
  readonly onPage: WalkOptions["onPage"];
  readonly prefetch: number;
}

/** How far `prefetch` may go: what travels ahead is memory. */
const MAX_PREFETCH = 100;

/**
 * The options of one walk, those of the call over the defaults of the list.
 *
 * Throws {@link ConfigurationError} where a value is not one that the option takes.
 */
export function checkedWalkOptions(
  options: WalkOptions = {},
  defaults: WalkOptions = {},
): CheckedWalkOptions {
  const merged = { ...defaults, ...withoutUndefined(options) };
  return {
    maxItems: count("maxItems", merged.maxItems ?? Number.POSITIVE_INFINITY),
    maxPages: count("maxPages", merged.maxPages ?? Number.POSITIVE_INFINITY),
    emptyPages: oneOf("emptyPages", merged.emptyPages ?? "continue", ["continue", "stop"]),
    maxEmptyPages: count("maxEmptyPages", merged.maxEmptyPages ?? 1000),
    onCycle: oneOf("onCycle", merged.onCycle ?? "throw", ["throw", "stop", "allow"]),
    order: oneOf("order", merged.order ?? "api", ["api", "traversal"]),
    distinctBy: callback("distinctBy", merged.distinctBy),
    onPage: callback("onPage", merged.onPage),
    prefetch: Math.min(count("prefetch", merged.prefetch ?? 0), MAX_PREFETCH),
  };
}

function withoutUndefined(options: WalkOptions): WalkOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
