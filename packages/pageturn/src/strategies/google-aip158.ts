import { withMember } from "../pagination/request/check-option.ts";
import { checkItems } from "../pagination/request/check-strategy.ts";
import { ownOptions } from "../pagination/request/own-options.ts";
import { keysOf, valueAt } from "../pagination/request/page-request.ts";
import type { OverridesWithItems, PaginationStrategy, StrategyPage } from "../pagination/request/strategy.ts";

/** Options of {@link googleAip158}. */
export type GoogleAip158Options = OverridesWithItems & {
  /** How the API writes its names: `nextPageToken` (default), or `next_page_token`. */
  readonly names?: "camelCase" | "snake_case" | undefined;
};

/**
 * APIs that follow Google's AIP-158: `nextPageToken` and `pageToken`. An empty page has no key for its items and, as long as
 * it has a token, does not end the list. Every page may have another size. `skip` is sent with the first page only, as it
 * counts from the token. https://google.aip.dev/158
 */
export function googleAip158(options: GoogleAip158Options): PaginationStrategy {
  const {
    names = "camelCase",
    items,
    ...overrides
  } = ownOptions("googleAip158", withMember("googleAip158", options, "items"), {
    names: ["camelCase", "snake_case"],
  });
  checkItems("items", items);
  const [field, token, size] =
    names === "camelCase"
      ? (["nextPageToken", "pageToken", "pageSize"] as const)
      : (["next_page_token", "page_token", "page_size"] as const);
  return {
    // The JSON of an empty repeated field is nothing at all: https://protobuf.dev/programming-guides/json/
    items:
      typeof items === "function" || items === undefined
        ? items
        : (body) => {
            const known = [field, "kind", "unreachable", ...keysOf(items).slice(0, -1)];
            const keys = Object.keys(body);
            const isList = keys.length === 0 || known.some((name) => keys.includes(name));
            // A list under another key: the name of the items is wrong.
            const other = keys.some((name) => name !== "unreachable" && isFilled(body[name]));
            return valueAt(body, items) ?? (isList && !other ? null : undefined);
          },
    fields: [field],
    next: ({ body }: StrategyPage) => {
      const cursor = body[field];
      if (cursor === undefined || cursor === null || cursor === "") return null;
      return { params: { [token]: cursor, skip: undefined } };
    },
    cursors: [token, "skip"],
    pageSize: { in: size, adjustable: true },
    isCursorExpired: ({ status, message }) =>
      status === 410 || (status === 400 && /page.?token/i.test(message)),
    ...overrides,
  };
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}
