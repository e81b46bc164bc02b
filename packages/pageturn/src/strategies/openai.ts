import { idCursor } from "../pagination/request/id-cursor.ts";
import { ownOptions } from "../pagination/request/own-options.ts";
import { valueAt } from "../pagination/request/page-request.ts";
import type { PaginationStrategy, StrategyOverrides } from "../pagination/request/strategy.ts";

/**
 * The lists of the OpenAI API: `after` and `before` with the id of an item, as not all of them have `last_id`. A list whose
 * request has `before` is walked backward. `/v1/models` is not paged. https://platform.openai.com/docs/api-reference
 */
export function openai(overrides: StrategyOverrides = {}): PaginationStrategy {
  return idCursor({
    after: "after",
    before: "before",
    hasMore: "has_more",
    pageSize: { in: "limit", default: 20, adjustable: true },
    isCursorExpired: ({ body }) => ["after", "before"].includes(String(valueAt(body, ["error", "param"]))),
    ...ownOptions("openai", overrides, {}),
  });
}
