import { bodyText } from "../http/body-text.ts";
import type { HttpRequest, HttpResponse } from "../http/http-message.ts";
import type { SendResult } from "../http/send.ts";
import { notAList } from "../pagination/page-body.ts";
import type { FetchedPage } from "../pagination/page-init.ts";
import type { PageResponse } from "../pagination/page-response.ts";
import type { Redact } from "./redact.ts";
import { statusFailure } from "./status-failure.ts";

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
    throw notAList(whatItIs(redact(text), redact(response.headers["content-type"] ?? "none")), known);
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
