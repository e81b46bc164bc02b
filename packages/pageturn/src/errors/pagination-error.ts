import { PageturnError } from "./pageturn-error.ts";

/** A list cannot be walked on: there is no next page, or the server's cursors make no sense. */
export class PaginationError extends PageturnError {
  override name = "PaginationError";
}
