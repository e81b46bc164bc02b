import { withMember } from "../pagination/request/check-option.ts";
import type { PaginationStrategy } from "../pagination/request/strategy.ts";
import { type RelayOptions, relayConnection } from "./relay-connection.ts";

/**
 * The GraphQL Admin API of Shopify: a Relay connection of at most 250 items a page. A throttled query, answered with 200, is
 * sent again like a 429. https://shopify.dev/docs/api/usage/pagination-graphql
 */
export function shopifyGraphql(options: RelayOptions): PaginationStrategy {
  return relayConnection({
    pageSize: { in: { json: ["variables", "first"] }, max: 250, adjustable: true },
    isCursorExpired: ({ message }) => /Invalid cursor for current pagination sort/.test(message),
    ...withMember("shopifyGraphql", options, "connection"),
  });
}
