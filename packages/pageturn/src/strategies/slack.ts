import { withMember } from "../pagination/request/check-option.ts";
import { ownOptions } from "../pagination/request/own-options.ts";
import type { BodyError, OverridesWithItems, PaginationStrategy } from "../pagination/request/strategy.ts";
import { METHODS, pageToken, parameterOf } from "./page-token.ts";

/** Options of {@link slack}. */
export type SlackOptions = OverridesWithItems & {
  /** How the list is requested: with POST, the cursor is in the JSON body. Default `"GET"`. */
  readonly method?: "GET" | "POST" | undefined;
};

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
 * The Web API of Slack: `response_metadata.next_cursor` and `cursor`. `items` names the key of the method: `"channels"`,
 * `"members"`. A body with `ok: false` is an error. https://docs.slack.dev/apis/web-api/pagination
 */
export function slack(options: SlackOptions): PaginationStrategy {
  const { method, ...overrides } = ownOptions("slack", withMember("slack", options, "items"), {
    method: METHODS,
  });
  return pageToken({
    from: { body: ["response_metadata", "next_cursor"] },
    to: parameterOf(method, "cursor"),
    pageSize: { in: parameterOf(method, "limit"), max: 1000 },
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
