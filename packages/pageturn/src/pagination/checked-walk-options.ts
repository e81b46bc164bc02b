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
  options?: WalkOptions | null,
  defaults?: WalkOptions | null,
): CheckedWalkOptions {
  const given = <N extends keyof WalkOptions>(name: N) => options?.[name] ?? defaults?.[name];
  const atMost = (name: "maxItems" | "maxPages" | "maxEmptyPages" | "prefetch", otherwise: number) =>
    count(name, given(name) ?? otherwise);
  return {
    maxItems: atMost("maxItems", Number.POSITIVE_INFINITY),
    maxPages: atMost("maxPages", Number.POSITIVE_INFINITY),
    emptyPages: oneOf("emptyPages", given("emptyPages"), ["continue", "stop"]),
    maxEmptyPages: atMost("maxEmptyPages", 1000),
    onCycle: oneOf("onCycle", given("onCycle"), ["throw", "stop", "allow"]),
    order: oneOf("order", given("order"), ["api", "traversal"]),
    distinctBy: callback("distinctBy", given("distinctBy")),
    onPage: callback("onPage", given("onPage")),
    prefetch: Math.min(atMost("prefetch", 0), MAX_PREFETCH),
  };
}
