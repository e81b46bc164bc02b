import { nextRequest, type PageInfo, type PageRequest } from "../request/page-request.ts";
import { type PaginationStrategy, positionKey, readParameter } from "../request/strategy.ts";
import type { PageBody } from "./page-body.ts";

/** The members of a page that decide whether its list goes on. */
export interface PageEnd {
  readonly checkedBody: Pick<PageBody, "hasMore">;
  readonly request: PageRequest;
  readonly strategy: PaginationStrategy;
  getPaginatedItems(): readonly unknown[];
  nextPageInfo(): PageInfo | null;
}

/**
 * Whether a list goes on after `page`. The rules, in this order:
 *
 * 1. The server says that there is no more: no.
 * 2. The page points to no next page: no.
 * 3. The page leads to itself, and the server does not say that there is more: no if the page is empty, or if the
 *    strategy takes that for the end (`sameCursor`).
 * 4. The page is empty or short, and the strategy takes that for the end (`emptyPage`, `shortPage`), unless the
 *    server says that there is more: no.
 * 5. The page is empty: as `emptyPages` says. By default it does not end a list.
 * 6. Otherwise yes.
 */
export function hasNextPage(page: PageEnd, emptyPages: "continue" | "stop" = "continue"): boolean {
  const { strategy } = page;
  const { hasMore } = page.checkedBody;
  if (hasMore === false) return false;
  const info = page.nextPageInfo();
  if (info === null) return false;
  const { length } = page.getPaginatedItems();
  if (hasMore !== true) {
    if ((length === 0 || strategy.sameCursor === "end") && leadsToItself(page, info)) return false;
    if (length === 0 && strategy.emptyPage === "end") return false;
    if (strategy.shortPage === "end" && length < sizeOf(page)) return false;
  }
  return length > 0 || emptyPages === "continue";
}

/** The number of items of a full page; 0 where that is not known. A server may send fewer than a request asks for. */
function sizeOf({ request, strategy: { pageSize } }: PageEnd): number {
  if (pageSize === undefined) return 0;
  const asked = Number(readParameter(request, pageSize.in) ?? pageSize.default ?? 0);
  return Math.min(asked, pageSize.max ?? asked);
}

function leadsToItself({ request, strategy }: PageEnd, info: PageInfo): boolean {
  try {
    return positionKey(strategy, nextRequest(request, info)) === positionKey(strategy, request);
  } catch {
    // A link that cannot be followed leads elsewhere. The error comes when the link is followed.
    return false;
  }
}

/** Why a list that ended was not seen whole. */
export type ListContradiction = "moreAnnounced" | "cursorAfterEnd" | "emptyPageStop";

/**
 * How the last page of a walk contradicts that the list ends there; `null` where it does not.
 *
 * - `"moreAnnounced"`: the server says that there is more, and gives no way there.
 * - `"cursorAfterEnd"`: the server says that there is no more, and gives a cursor that says the opposite.
 * - `"emptyPageStop"`: an empty page leads on, and `emptyPages: "stop"` ended the walk there.
 */
export function listContradiction(page: PageEnd): ListContradiction | null {
  const { hasMore } = page.checkedBody;
  const isPointing = page.nextPageInfo() !== null;
  if (hasMore === true && !isPointing) return "moreAnnounced";
  if (hasMore === false)
    return isPointing && page.strategy.cursorMeans !== "position" ? "cursorAfterEnd" : null;
  return hasNextPage(page) ? "emptyPageStop" : null;
}
