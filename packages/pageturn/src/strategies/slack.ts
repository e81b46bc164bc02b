import type { BodyError, PaginationStrategy } from "../pagination/request/strategy.ts";
import type { StrategyOverrides } from "./overrides.ts";
import { pageToken } from "./page-token.ts";

/** The errors of Slack that are sent with 200 and stand for another status than 400. */
const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  ratelimited: 429,
  invalid_auth: 401,
  not_authed: 401,
  token_expired: 401,
  token_revoked: 401,
  missing_scope: 403,
  access_denied: 403,
  internal_error: 500,
  fatal_error: 500,
  service_unavailable: 503,
};

/**
 * The Web API of Slack, requested with GET: `response_metadata.next_cursor` and `cursor`. `items` names the key of the method:
 * `"channels"`, `"members"`. A body with `ok: false` is an error. https://docs.slack.dev/apis/web-api/pagination
 */
export function slack(
  overrides: StrategyOverrides & Required<Pick<StrategyOverrides, "items">>,
): PaginationStrategy {
  return pageToken({
    from: { body: ["response_metadata", "next_cursor"] },
    to: "cursor",
    pageSize: { in: "limit", max: 1000 },
    errorIn: ({ ok, error }): BodyError | null => {
      if (ok !== false) return null;
      const type = String(error);
      const status = Object.hasOwn(STATUS_OF_ERROR, type) ? STATUS_OF_ERROR[type] : undefined;
      return { type, message: `Slack answered ${type}`, status: status ?? 400 };
    },
    isCursorExpired: ({ type }) => type === "invalid_cursor",
    ...overrides,
  });
}
