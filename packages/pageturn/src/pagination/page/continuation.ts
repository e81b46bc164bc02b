import { PaginationError } from "../../errors/pagination-error.ts";
import { type PageInfo, type PageRequest, type PageResponse, requestFrom } from "../request/page-request.ts";
import {
  cursorParameters,
  HEADER_VALUE,
  headerName,
  type PaginationStrategy,
  pageSizeOf,
  parameterName,
  positionKey,
  readParameter,
} from "../request/strategy.ts";
import type { PageBody } from "./page-body.ts";

/** The members of a page that decide whether its list goes on. */
export interface PageEnd {
  readonly checkedBody: Pick<PageBody, "hasMore">;
  readonly request: PageRequest;
  readonly response: Pick<PageResponse, "url">;
  readonly strategy: PaginationStrategy;
  readonly sentItems: readonly unknown[];
  nextPageInfo(): PageInfo | null;
}

/**
 * How a list goes on after `page`: the change that leads to the next page, `null` where the list ends. The rules, in
 * this order:
 *
 * 1. The server says that there is no more: it ends.
 * 2. The page points to no next page: it ends.
 * 3. The page leads to itself, and the server does not say that there is more: it ends if the page is empty, or if the
 *    strategy takes that for the end (`sameCursor`).
 * 4. The page is empty or short, and the strategy takes that for the end (`emptyPage`, `shortPage`), unless the
 *    server says that there is more: it ends.
 * 5. The page is empty: as `emptyPages` says. By default it does not end a list.
 * 6. Otherwise it goes on.
 */
export function continuation(page: PageEnd, emptyPages: "continue" | "stop" = "continue"): PageInfo | null {
  const { strategy } = page;
  const { hasMore } = page.checkedBody;
  if (hasMore === false) return null;
  const info = page.nextPageInfo();
  if (info === null) return null;
  const { length } = page.sentItems;
  if (hasMore !== true) {
    if ((length === 0 || strategy.sameCursor === "end") && leadsToItself(page, info)) return null;
    if (length === 0 && strategy.emptyPage === "end") return null;
    if (strategy.shortPage === "end" && length < (pageSizeOf(strategy, page.request) ?? 0)) return null;
  }
  return length > 0 || emptyPages === "continue" ? info : null;
}

function leadsToItself(page: PageEnd, info: PageInfo): boolean {
  const { request, strategy } = page;
  try {
    return positionKey(strategy, requestFrom(page, info)) === positionKey(strategy, request);
  } catch {
    // A link that cannot be followed leads elsewhere. The error comes when the link is followed.
    return false;
  }
}

/** How the last page of a walk contradicts that the list ends there; `null` where it does not. See `IncompleteReason`. */
export function listContradiction(
  page: PageEnd,
): "moreAnnounced" | "cursorAfterEnd" | "emptyPageStop" | null {
  const { hasMore } = page.checkedBody;
  const isPointing = page.nextPageInfo() !== null;
  if (hasMore === true && !isPointing) return "moreAnnounced";
  if (hasMore === false)
    return isPointing && page.strategy.cursorMeans !== "position" ? "cursorAfterEnd" : null;
  return continuation(page) === null ? null : "emptyPageStop";
}

/** Whether a page has no place for items, though it should. Where the list may leave it out, nothing follows. */
export function lacksItems(
  page: PageEnd & { readonly checkedBody: Pick<PageBody, "hasItems" | "itemsOptional"> },
): boolean {
  const { hasItems, itemsOptional } = page.checkedBody;
  if (hasItems || page.sentItems.length > 0) return false;
  return !(itemsOptional && continuation(page) === null);
}

/** The request that `info` of a page leads to. Throws {@link PaginationError} where the server sent a cursor that cannot be sent. */
export function followedRequest(page: PageEnd, info: PageInfo): PageRequest {
  const request = requestFrom(page, info);
  for (const cursor of cursorParameters(page.strategy)) {
    // JSON escapes what it cannot write, and a link has a path that can be sent.
    if (typeof cursor === "object" && ("path" in cursor || "json" in cursor)) continue;
    const value = readParameter(request, cursor);
    const isHeader = headerName(cursor) !== undefined;
    if (typeof value !== "string" || (isHeader ? HEADER_VALUE.test(value) : !LONE_SURROGATE.test(value)))
      continue;
    const rule = isHeader ? "Latin-1 text without control characters" : "well-formed Unicode";
    throw new PaginationError(
      `Cannot continue the list of ${request.path}: the cursor that the server sent for the parameter ${parameterName(cursor)} ` +
        `is not ${rule}, so no request can have it. Report it to the provider of the API`,
    );
  }
  return request;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** The request for the page before or after `page`. Throws {@link PaginationError} where the page points to none. */
export function neighbourRequest(
  page: PageEnd & { previousPageInfo(): PageInfo | null },
  which: "next" | "previous",
): PageRequest {
  const info = which === "next" ? page.nextPageInfo() : page.previousPageInfo();
  if (info !== null) return followedRequest(page, info);
  throw new PaginationError(
    `Cannot get the ${which} page of ${page.request.path}: this page points to none. Check ${which}PageInfo() before`,
  );
}
