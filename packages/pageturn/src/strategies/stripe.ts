import { idCursor } from "../pagination/request/id-cursor.ts";
import { ownOptions } from "../pagination/request/own-options.ts";
import { valueAt } from "../pagination/request/page-request.ts";
import type { PaginationStrategy, StrategyOverrides } from "../pagination/request/strategy.ts";

/**
 * The lists of Stripe: `starting_after` and `ending_before` with the id of an item. A list whose request has `ending_before`
 * is walked backward. Its searches page by token: `pageToken({ hasMore: "has_more", from: { body: "next_page" }, to: "page" })`;
 * its v2 lists by link: `nextURL({ items: "data", next: "next_page_url", previous: "previous_page_url" })`. https://docs.stripe.com/api/pagination
 */
export function stripe(overrides: StrategyOverrides = {}): PaginationStrategy {
  return idCursor({
    after: "starting_after",
    before: "ending_before",
    hasMore: "has_more",
    pageSize: { in: "limit", default: 10, max: 100, adjustable: true },
    // A cursor whose item is gone: https://docs.stripe.com/error-codes#resource-missing
    isCursorExpired: ({ body }) =>
      valueAt(body, ["error", "code"]) === "resource_missing" &&
      ["starting_after", "ending_before"].includes(String(valueAt(body, ["error", "param"]))),
    ...ownOptions("stripe", overrides, {}),
  });
}
