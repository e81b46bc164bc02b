import { ownOptions } from "../pagination/request/own-options.ts";
import { valueAt } from "../pagination/request/page-request.ts";
import type { PaginationStrategy, StrategyOverrides, StrategyPage } from "../pagination/request/strategy.ts";
import { METHODS, pageToken, parameterOf } from "./page-token.ts";

/** Options of {@link notion}. */
export interface NotionOptions extends StrategyOverrides {
  /** How the list is requested: with POST, the cursor is in the JSON body. Default `"GET"`. */
  readonly method?: "GET" | "POST" | undefined;
}

/**
 * The API of Notion: `next_cursor` and `start_cursor`. A query that Notion cuts off after 10,000 rows says so in
 * `request_status` and counts as incomplete. https://developers.notion.com/reference/intro#pagination
 */
export function notion(options: NotionOptions = {}): PaginationStrategy {
  const { method, ...overrides } = ownOptions("notion", options, { method: METHODS });
  return pageToken({
    items: "results",
    from: { body: "next_cursor" },
    to: parameterOf(method, "start_cursor"),
    hasMore: ({ body }: StrategyPage) =>
      valueAt(body, ["request_status", "type"]) === "incomplete" ? true : body["has_more"],
    pageSize: { in: parameterOf(method, "page_size"), default: 100, max: 100 },
    isCursorExpired: ({ status, message }) => status === 400 && /start_cursor/.test(message),
    ...overrides,
  });
}
