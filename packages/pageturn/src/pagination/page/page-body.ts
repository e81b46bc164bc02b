import { APIResponseValidationError } from "../../errors/api-error.ts";
import { isJsonObject, type JsonObject, type PageResponse } from "../request/page-request.ts";

/** What a page body must have: where its items are, and which of its fields are cursors. */
export interface PageShape {
  readonly itemsKey: string;
  readonly fields: readonly string[];
}

/**
 * The one place where a decoded answer becomes the body of a page.
 *
 * Throws {@link APIResponseValidationError} where it is no list. What is merely absent or null is taken: some
 * endpoints document every field of the envelope as optional.
 */
export function pageBody(value: unknown, shape: PageShape, response: PageResponse): JsonObject {
  if (!isJsonObject(value)) throw notAList(`the body is ${kindOf(value)}, not a JSON object`, response);
  const items = value[shape.itemsKey];
  if (items !== undefined && items !== null && !Array.isArray(items)) {
    throw notAList(`\`${shape.itemsKey}\` is ${kindOf(items)}, not an array`, response);
  }
  for (const field of shape.fields) {
    const cursor = value[field];
    // A number beyond 2 ** 53 has lost its last digits on the way, and would lead elsewhere.
    if (
      cursor !== undefined &&
      cursor !== null &&
      typeof cursor !== "string" &&
      !Number.isSafeInteger(cursor)
    ) {
      throw notAList(`\`${field}\` is ${kindOf(cursor)}, not text, a safe integer or null`, response);
    }
  }
  return value;
}

/** The error for a 2xx answer that is no list; `what` says what it is instead. */
export function notAList(what: string, response: PageResponse): APIResponseValidationError {
  return new APIResponseValidationError(
    `GET ${response.url} answered ${response.status} with something that is no list: ${what}. ` +
      "Check the base URL",
    {
      status: response.status,
      requestId: response.requestId,
      request: { method: "GET", url: response.url },
    },
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `of type ${typeof value}`;
}
