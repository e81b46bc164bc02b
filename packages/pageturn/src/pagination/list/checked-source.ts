import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { BasePage } from "../page/base-page.ts";
import { recordOf, refuseUnknown } from "../request/check-option.ts";
import { checkItems } from "../request/check-strategy.ts";
import { isJsonObject, type PageResponse } from "../request/page-request.ts";
import { flatQuery } from "../request/query.ts";
import type { PlannedRequest } from "../walk/request-planner.ts";
import type { AsyncListSource, ListSource, SyncListSource } from "../walk/walk-options.ts";

/** A first page together with its response. `data` and `request_id` are the names of the official SDK. */
export interface PageWithResponse<P> {
  readonly page: P;
  readonly data: P;
  readonly response: PageResponse;
  readonly requestId: string | null;
  readonly request_id: string | null;
}

/** A page together with its response. */
export function pageWithResponse<P extends BasePage<unknown>>(page: P): PageWithResponse<P> {
  const { response } = page;
  const { requestId } = response;
  return { page, data: page, response, requestId, request_id: requestId };
}

const SOURCE_OPTIONS = [
  "request",
  "fetch",
  "fetchAhead",
  "signal",
  "walk",
  "items",
  "itemsOptional",
  "start",
  "defaultPageSize",
  "timeRange",
  "parseItems",
  "observe",
  "mask",
] satisfies (keyof AsyncListSource | keyof SyncListSource)[];

/** Refuses what is no page class of this kind of list. `Base` is the base class of such pages. */
export function checkPageClass(Page: unknown, Base: typeof BasePage): void {
  const isPage =
    typeof Page === "function" && isJsonObject(Page.prototype) && "nextPageInfo" in Page.prototype;
  // A class of another copy of the library extends neither base class.
  if (isPage && (!(Page.prototype instanceof BasePage) || Page.prototype instanceof Base)) return;
  throw new ConfigurationError(
    `Cannot make a list: its page class must extend ${Base.name}. definePages() returns one for each kind of list`,
  );
}

/**
 * The list source of a paginator, with the parameters of its query under the names that they have in a URL. `Base` is the
 * base class of its pages. Throws {@link ConfigurationError} for arguments that TypeScript would refuse.
 */
export function checkedSource<S extends ListSource>(Page: unknown, source: S, Base: typeof BasePage): S {
  checkPageClass(Page, Base);
  // A source may be an object of a class, with members of its own.
  if (Object.getPrototypeOf(source) === Object.prototype) refuseUnknown("list", source, SOURCE_OPTIONS);
  const { request, items } = source;
  if (items !== undefined) checkItems("items", items);
  if (!isJsonObject(request) || typeof request.path !== "string" || !isJsonObject(request.query))
    throw new ConfigurationError("Cannot make a list: its request must be an object with a path and a query");
  const query = flatQuery(recordOf("the query of the request", request.query));
  if (query === request.query) return source;
  // `fetch` may be a method of a class, which needs its own object.
  const methods = ["fetch", "fetchAhead"].flatMap((name) => {
    const method: unknown = Reflect.get(source, name);
    return typeof method === "function" ? [[name, method.bind(source)] as const] : [];
  });
  return Object.assign({}, source, Object.fromEntries(methods), { request: { ...request, query } });
}

/** Whether a walk uses the first page of its paginator, `first`, which may have been requested already. */
export function isShared(planned: PlannedRequest, first: unknown): boolean {
  return planned.first === "full" || (planned.first === "smaller" && first !== null);
}
