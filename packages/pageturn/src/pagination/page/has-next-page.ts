import { isSamePage, nextRequest, type PageInfo, type PageRequest } from "../request/page-request.ts";
import type { PaginationStrategy } from "../request/strategy.ts";

/** As much of a page as the rules look at. */
export interface PageEnd {
  readonly has_more: boolean | null;
  readonly request: PageRequest;
  readonly strategy?: Pick<PaginationStrategy, "cursorMeansMore">;
  getPaginatedItems(): readonly unknown[];
  nextPageInfo(): PageInfo | null;
}

/**
 * Whether a list goes on behind `page`. The rules, in their order:
 *
 * 1. the server says that there is no more: no
 * 2. the body points to no next page: no
 * 3. an empty page that leads back to itself, and the server does not say that there is more: no
 * 4. any other empty page: as `emptyPages` says; an empty page in the middle does not end a list
 * 5. yes
 */
export function hasNextPage(page: PageEnd, emptyPages: "continue" | "stop" = "continue"): boolean {
  if (page.has_more === false) return false;
  const info = page.nextPageInfo();
  if (info === null) return false;
  if (page.getPaginatedItems().length > 0) return true;
  if (page.has_more !== true && leadsToItself(page.request, info)) return false;
  return emptyPages === "continue";
}

/** A link that cannot be followed leads elsewhere: who follows it is told why. */
function leadsToItself(request: PageRequest, info: PageInfo): boolean {
  try {
    return isSamePage(nextRequest(request, info), request);
  } catch {
    return false;
  }
}

/**
 * Whether `page` is where the list really ends: the server claims nothing more, and points to nothing more. A page
 * that says "more" without a way there, or "no more" beside the way there, ends a walk, but not the list.
 */
export function isListEnd(page: PageEnd): boolean {
  if (hasNextPage(page)) return false;
  const isPointing = page.nextPageInfo() !== null;
  if (page.has_more === true) return isPointing;
  return page.has_more !== false || !isPointing || page.strategy?.cursorMeansMore !== true;
}
