import type { APIStatusError } from "../errors/api-status-error.ts";
import { statusError } from "../errors/status-error.ts";
import { bodyText } from "../http/body-text.ts";
import type { HttpRequest } from "../http/http-message.ts";
import { requestName } from "../http/request-name.ts";
import type { SendResult } from "../http/send.ts";
import type { PageResponse } from "../pagination/page-response.ts";
import type { Redact } from "./redact.ts";

/** The error for an answer whose status is not 2xx. Credentials that the server sent back are masked. */
export function statusFailure(
  { method }: HttpRequest,
  result: SendResult,
  { known, redact }: { known: PageResponse; redact: Redact },
): APIStatusError {
  const { status, headers } = result.response;
  const { requestId, url } = known;
  const body = decoded(redact(bodyText(result.response)), redact);
  const { type, message } = apiError(body);
  const failed = { method, url };
  const details = [type, requestId && `request ${requestId}`].filter(Boolean).join(", ");
  const attempts = result.retries === 0 ? "" : ` after ${result.retries + 1} attempts`;
  return statusError(
    `${requestName(failed)} answered ${status}${attempts}: ${message}${details && ` (${details})`}${remedy(status)}`,
    {
      status,
      headers: new Headers(Object.entries(headers).map(([name, value]) => [name, redact(value)])),
      requestId,
      type,
      body,
      request: failed,
    },
  );
}

function decoded(text: string, redact: (text: string) => string): unknown {
  try {
    // Once more inside, as a JSON text can spell a character in several ways.
    return JSON.parse(text, (_key, value) => (typeof value === "string" ? redact(value) : value));
  } catch {
    return text;
  }
}

/** The API's form of an error: `{ type: "error", error: { type, message } }`. */
function apiError(body: unknown): { type: string | null; message: string } {
  const text = typeof body === "string" ? body.trim() : JSON.stringify(body);
  const fallback = text === "" ? "(no body)" : text.slice(0, 500);
  const error = member(body, "error");
  const type = member(error, "type");
  const message = member(error, "message");
  return {
    type: typeof type === "string" ? type : null,
    message: typeof message === "string" ? message.slice(0, 2000) : fallback,
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

const remedies: Readonly<Record<number, string>> = {
  401: ". Check the key or token and the base URL",
  403: ". Check the scope of the key",
  404: ". Check the path, its ids and the beta header",
  429: '. Ask less often (pace: "auto") or raise maxRetries',
};

function remedy(status: number): string {
  if (status >= 500) return ". Try again later, or raise maxRetries";
  if (status < 400)
    return ". Redirects to another origin, and in browsers all, are not followed: set baseURL";
  return remedies[status] ?? "";
}
