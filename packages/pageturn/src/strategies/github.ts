import type { PaginationStrategy } from "../pagination/request/strategy.ts";
import { linkHeader } from "./link-header.ts";
import type { LinkOptions } from "./next-url.ts";

/**
 * The REST API of GitHub: links in the `Link` header, which may lead to `/repositories/<id>/…`. The body is an array; where it
 * is an object, `items` names the key of the list (`"items"` of a search, `"workflow_runs"`).
 * https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export function github(options: LinkOptions = {}): PaginationStrategy {
  return linkHeader({
    parameters: ["page", "before", "after", "since", "cursor"],
    paths: /^\/(?:repositories|organizations|user|teams|projects)\/\d+(?:\/[\w.~%-]+)*$/,
    pageSize: { in: "per_page", default: 30, max: 100 },
    ...options,
  });
}
