import { bodyText } from "../http/body-text.ts";
import type { HttpRequest, HttpResponse } from "../http/http-message.ts";
import type { SendResult } from "../http/send.ts";
import { notAList } from "../pagination/page-body.ts";
import type { FetchedPage } from "../pagination/page-init.ts";
import type { PageResponse } from "../pagination/page-response.ts";
import { redactor } from "./redact.ts";
import { statusFailure } from "./status-failure.ts";

/**
 * The decoded page in an answer.
 *
 * Throws an `APIStatusError` for a status other than 2xx, and an `APIResponseValidationError` for a 2xx whose body
 * is no JSON.
 */
export function fetchedPage(request: HttpRequest, result: SendResult): FetchedPage {
  const { response } = result;
  if (response.status < 200 || response.status > 299) throw statusFailure(request, result);
  const known = new AnswerInfo(result);
  const text = bodyText(response);
  try {
    return { body: JSON.parse(text), response: known };
  } catch {
    throw notAList(whatItIs(redactor(request.headers)(text), response), known);
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

  constructor({ response, url, durationMs }: SendResult) {
    this.status = response.status;
    this.requestId = response.headers["request-id"] ?? null;
    this.url = url;
    this.durationMs = durationMs;
    this.#fields = response.headers;
  }

  /** Made only where someone looks: most pages are walked over without. */
  get headers(): Headers {
    this.#headers ??= new Headers(this.#fields);
    return this.#headers;
  }
}

function whatItIs(text: string, response: HttpResponse): string {
  if (text.trim() === "") return "the body is empty";
  const type = response.headers["content-type"] ?? "none";
  const kind = /^\s*</.test(text)
    ? "HTML or XML"
    : /^\s*[[{]/.test(text)
      ? "JSON that is cut off or broken"
      : "no JSON";
  return `the body is ${kind} (content-type ${type}) and begins with ${JSON.stringify(text.slice(0, 60))}`;
}
