import type { PaginationStrategy } from "../pagination/request/strategy.ts";
import type { StrategyOverrides } from "./overrides.ts";
import { pageToken } from "./page-token.ts";

/**
 * APIs that follow Google's AIP-158: `nextPageToken` and `pageToken`. An empty page in the middle, also without its key
 * `items`, is none of the end. Every page may have another size. https://google.aip.dev/158
 */
export function googleAip158(
  overrides: StrategyOverrides & Required<Pick<StrategyOverrides, "items">>,
): PaginationStrategy {
  return pageToken({
    from: { body: "nextPageToken" },
    to: "pageToken",
    pageSize: { in: "pageSize", adjustable: true },
    isCursorExpired: ({ status, message }) =>
      status === 410 || (status === 400 && /page.?token/i.test(message)),
    ...overrides,
  });
}
