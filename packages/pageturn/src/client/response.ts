import { type APIStatusError, statusError } from "../errors/api-status-error.ts";
import type { SendResult } from "../http/send.ts";
import { type HttpRequest, type HttpResponse, requestName } from "../http/transport.ts";
import type { FetchedPage } from "../pagination/page/page-body.ts";
import { notAList } from "../pagination/page/page-body.ts";
import type { PageResponse } from "../pagination/request/page-request.ts";
import type { Redact } from "./headers.ts";

const utf8 = new TextDecoder();

/** The body of a response as text. Bytes that are no UTF-8 become U+FFFD. */
export function bodyText(response: HttpResponse): string {
  return utf8.decode(response.body);
}

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

/**
 * The decoded page in an answer.
 *
 * Throws an `APIStatusError` for a status other than 2xx, and an `APIResponseValidationError` for a 2xx whose body
 * is no JSON.
 */
export function fetchedPage(request: HttpRequest, result: SendResult, redact: Redact): FetchedPage {
  const { response } = result;
  const known = new AnswerInfo(result, redact);
  if (response.status < 200 || response.status > 299) throw statusFailure(request, result, { known, redact });
  const text = bodyText(response);
  try {
    return { body: JSON.parse(text), response: known };
  } catch {
    throw notAList(whatItIs(redact(text), redact(response.headers["content-type"] ?? "none")), {
      method: request.method,
      response: known,
    });
  }
}

/** Holds no more of an answer than is told of it: a page that is kept must not keep its bytes. */
class AnswerInfo implements PageResponse {
  readonly status: number;
  readonly requestId: string | null;
  readonly url: string;
  readonly durationMs: number;
  readonly #fields: HttpResponse["headers"];
  #headers: Headers | undefined;

  constructor({ response, url, durationMs }: SendResult, redact: Redact) {
    this.status = response.status;
    this.requestId = redact(response.headers["request-id"] ?? "") || null;
    this.url = redact(url);
    this.durationMs = durationMs;
    this.#fields = response.headers;
  }

  /** Made only where someone looks: most pages are walked over without. */
  get headers(): Headers {
    this.#headers ??= new Headers(this.#fields);
    return this.#headers;
  }
}

function whatItIs(text: string, type: string): string {
  if (text.trim() === "") return "the body is empty";
  const kind = /^\s*</.test(text)
    ? "HTML or XML"
    : /^\s*[[{]/.test(text)
      ? "JSON that is cut off or broken"
      : "no JSON";
  return `the body is ${kind} (content-type ${type}) and begins with ${JSON.stringify(text.slice(0, 60))}`;
}
