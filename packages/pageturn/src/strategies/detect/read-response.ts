import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { kindOf } from "../../pagination/request/check-option.ts";
import { isJsonObject } from "../../pagination/request/page-request.ts";
import type { DecodedResponse } from "./list-answer.ts";

/** The longest body that is read, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * A response with its decoded body, or why it has none. The body of a `Response` stays unread. `source` says in the message
 * where the response comes from.
 *
 * Throws {@link ConfigurationError} for what is no response, such as a body alone.
 */
export async function decodedResponse(
  response: Response | DecodedResponse,
  source: string,
): Promise<DecodedResponse | string> {
  if (response instanceof Response) return readResponse(response);
  const isAnswer = isJsonObject(response) && Number.isInteger(response.status) && "body" in response;
  if (isAnswer && (response.headers === undefined || typeof response.headers === "object")) return response;
  const kind = isJsonObject(response) ? "an object without status or body" : `of type ${kindOf(response)}`;
  throw new ConfigurationError(
    `Cannot detect a strategy as ${source} must be a Response or { status, headers, body }: it is ${kind}. ` +
      "Pass a body alone as { status: 200, headers: {}, body }",
  );
}

async function readResponse(response: Response): Promise<DecodedResponse | string> {
  if (response.bodyUsed) return "the body of the response was already read: pass { status, headers, body }";
  const { status, headers, body } = response.clone();
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  const reader = body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || value === undefined) break;
    bytes += value.byteLength;
    if (bytes > MAX_BYTES) {
      // Not awaited: a copy is cancelled once the other copy is, too.
      reader?.cancel().catch(() => {});
      return `the body has more than ${MAX_BYTES} bytes`;
    }
    text += decoder.decode(value, { stream: true });
  }
  try {
    return { status, headers, body: JSON.parse(text + decoder.decode()) };
  } catch {
    return status >= 200 && status < 300 ? "the body is not JSON" : `the status is ${status}`;
  }
}
