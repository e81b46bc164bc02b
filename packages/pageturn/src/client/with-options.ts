import type { ClientOptions } from "./client-options.ts";
import { given } from "./given.ts";

const lower = (name: string): string => name.toLowerCase();

/** The options of a client, some of them replaced; headers and query parameters are laid over the old ones. */
export function withOptions<O extends ClientOptions>(options: O, changes: Partial<O>): O {
  return {
    ...options,
    ...given(changes),
    // By their names in lower case, or an old one in other letters would come behind the new one.
    defaultHeaders: { ...given(options.defaultHeaders, lower), ...given(changes.defaultHeaders, lower) },
    defaultQuery: { ...options.defaultQuery, ...given(changes.defaultQuery) },
  };
}
