import type { APIResponseValidationError } from "../errors/api-error.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { PaginationError } from "../errors/pagination-error.ts";
import { notAList } from "../pagination/page/page-body.ts";
import { isJsonObject, type PageResponse } from "../pagination/request/page-request.ts";

/** What errors name of a response. */
export type AnsweredPage = Pick<PageResponse, "status" | "headers" | "requestId" | "url">;

const ITEMS_REMEDY = "pass the option items, a function that returns the items of a page";

/** The error for a page that is not understood. */
export function unknownPage(raw: unknown, option: "items" | "cursor"): ConfigurationError {
  const what = option === "items" ? "where its items are" : "how the list goes on";
  if (isJsonObject(raw) && Array.isArray(raw["items"]) && !("next" in raw))
    return new ConfigurationError(
      `Cannot read a page of the list as it has items and no next: it is ${shapeOf(raw)}. Return the position of the next page as next, null on the last one`,
    );
  const remedy =
    option === "items"
      ? ITEMS_REMEDY
      : "pass the option cursor, a function that returns the position of the next page, or null on the last one";
  return new ConfigurationError(
    `Cannot read a page of the list as it does not say ${what}: it is ${shapeOf(raw)}. To continue, ${remedy}`,
  );
}

/** The error for a page of Octokit that stands for the status 409 after the first page. */
export function lateConflict(): PaginationError {
  return new PaginationError(
    "Cannot continue the list: the server answered 409 after the first page, and the iterator of Octokit shows that as an " +
      "empty last page. Start the list again, or pass a function that calls octokit.request(), which shows the answer",
  );
}

/** The error for a response with more than one list. */
export function severalLists(names: readonly string[]): ConfigurationError {
  return new ConfigurationError(
    `Cannot read a page of the list as its body has several lists: ${names.slice(0, 10).join(", ")}. To continue, ${ITEMS_REMEDY}`,
  );
}

/** What a value is, in messages: its kind and its keys, without their values. */
export function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object") return `of type ${typeof value}`;
  const keys = Object.keys(value).slice(0, 10);
  const name = value.constructor?.name ?? "Object";
  return `an object (${name}) with ${keys.length === 0 ? "no keys" : `the keys ${keys.join(", ")}`}`;
}

/** The error for a response that is not a list. `what` says what it is instead. */
export function unlistedPage(what: string, response: AnsweredPage): APIResponseValidationError {
  const remedy = `Check the base URL. If the body has the items elsewhere, ${ITEMS_REMEDY}`;
  return notAList(what, { method: "GET", response, remedy });
}
