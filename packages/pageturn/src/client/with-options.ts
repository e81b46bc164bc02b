import type { ClientOptions } from "./client-options.ts";

/** The options of a client, some of them replaced; headers and query parameters are laid over the old ones. */
export function withOptions<O extends ClientOptions>(options: O, changes: Partial<O>): O {
  return {
    ...options,
    ...changes,
    defaultHeaders: { ...options.defaultHeaders, ...changes.defaultHeaders },
    defaultQuery: { ...options.defaultQuery, ...changes.defaultQuery },
  };
}
