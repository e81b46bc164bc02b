import { PaginationError } from "../../errors/pagination-error.ts";
import type { BasePage } from "../page/base-page.ts";

/** The error for a page that does not point to the one asked for. */
export function noPage(page: BasePage<unknown>, which: "next" | "previous"): PaginationError {
  return new PaginationError(
    `Cannot get the ${which} page of ${page.request.path} as this page points to none: check ${which}PageInfo() before`,
  );
}
