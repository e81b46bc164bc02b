import { ownOptions } from "../pagination/request/own-options.ts";
import type { JsonObject } from "../pagination/request/page-request.ts";
import { countBefore, type PaginationStrategy, withParameter } from "../pagination/request/strategy.ts";
import { linkHeader } from "./link-header.ts";
import type { LinkOptions } from "./next-url.ts";

/**
 * The REST API of GitHub: links in the `Link` header, which may lead to `/repositories/<id>/…`. The body is an array, or an
 * object with one array: `items` of a search, `workflow_runs`. A search that timed out on its last page counts as incomplete.
 * GitHub ends a search after 1,000 items: below its `total_count`, the list is incomplete.
 * https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export function github(options: LinkOptions = {}): PaginationStrategy {
  const strategy = linkHeader({
    items: onlyArray,
    hasMore: ({ body }) => (body["incomplete_results"] === true ? true : null),
    total: { body: "total_count", counts: "items", optional: true },
    links: "replace",
    parameters: ["page", "before", "after", "since", "cursor"],
    paths: /^\/(?:repositories|organizations|user|teams|projects)\/\d+(?:\/[\w.~%-]+)*$/,
    pageSize: { in: "per_page", default: 30, max: 100 },
    ...ownOptions("github", options, {}),
  });
  return {
    ...strategy,
    countBefore: (request) => {
      const isFirst = Number(request.query["page"]) === 1;
      return countBefore(strategy, isFirst ? withParameter(request, "page", undefined) : request);
    },
  };
}

/** The body, or its only array if it has a `total_count`; undefined for any other body. */
function onlyArray(body: JsonObject): unknown {
  if (Array.isArray(body)) return body;
  const [array, ...others] = Object.values(body).filter(Array.isArray);
  return others.length === 0 && Object.hasOwn(body, "total_count") ? array : undefined;
}
