import { ownOptions } from "../pagination/request/own-options.ts";
import type { PaginationStrategy } from "../pagination/request/strategy.ts";
import { type NextURLOptions, nextURL } from "./next-url.ts";

/**
 * The APIs of Azure and, with `next: "@odata.nextLink"`, of Microsoft Graph: a link to the next page in the object that has `value`, which is
 * requested as it is, with the `api-version` of the request where it names none. Pass `paths` where the links lead to another
 * path. https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#collections
 */
export function azure(options: NextURLOptions = {}): PaginationStrategy {
  return nextURL({
    items: "value",
    next: "nextLink",
    previous: null,
    links: "replace",
    keep: ["api-version"],
    parameters: ["$skiptoken", "$skipToken", "$skip", "skip", "skiptoken", "continuationToken"],
    isCursorExpired: ({ status }) => status === 410,
    ...ownOptions("azure", options, {}),
  });
}
