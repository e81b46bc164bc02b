import type { ApiRules, ErrorBody } from "../client/client-config.ts";
import { serverTime } from "../http/retry-policy.ts";
import { isJsonObject } from "../pagination/request/page-request.ts";
import { CREDENTIALS, checkedCredentials } from "./credentials.ts";
import { WORKSPACE_HEADER, workspaceHeaders } from "./workspace.ts";

const REMAINING = "anthropic-ratelimit-requests-remaining";
const RESET = "anthropic-ratelimit-requests-reset";

/**
 * How long the next request would be refused after an answer with these headers, in milliseconds; 0 where it would not
 * be, or the headers do not say.
 */
export function rateLimitWait(headers: Readonly<Record<string, string>>, now: number): number {
  if (Number(headers[REMAINING] ?? 1) > 0) return 0;
  // Without a readable reset the difference is NaN.
  return Math.max(0, Date.parse(headers[RESET] ?? "") - serverTime(headers, now) || 0);
}

/** The status that each type of error comes with. */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** The API's form of an error: `{ type: "error", error: { type, message } }`. */
function readError(body: unknown): ErrorBody {
  const error = isJsonObject(body) && isJsonObject(body["error"]) ? body["error"] : {};
  const { type, message } = error;
  return {
    type: typeof type === "string" ? type : null,
    message: typeof message === "string" ? message : null,
  };
}

/**
 * The status that a 2xx body stands for where it is an error: a gateway may put 200 on it. For a type that is not known
 * yet, the status of the answer: nothing says that another attempt helps. Null for every other body.
 */
function errorStatus(body: unknown, status: number): number | null {
  if (!isJsonObject(body) || body["type"] !== "error" || !isJsonObject(body["error"])) return null;
  const { type } = readError(body);
  return (type !== null && Object.hasOwn(STATUS_OF_TYPE, type) ? STATUS_OF_TYPE[type] : undefined) ?? status;
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: "Check the key or token and the base URL",
  403: "Check the scope of the key",
  404: "Check the path, its ids and the beta header",
};

/** What the clients know about the Anthropic API. */
export const API_RULES: ApiRules = {
  readError,
  errorStatus,
  remedy: (status) => REMEDIES[status],
  finishHeaders: (headers, call) => checkedCredentials(workspaceHeaders(headers, call), call.set),
  requestOptions: ["workspaceId"],
  rateLimit: rateLimitWait,
  idHeaders: ["request-id", WORKSPACE_HEADER],
  credentials: CREDENTIALS,
};
