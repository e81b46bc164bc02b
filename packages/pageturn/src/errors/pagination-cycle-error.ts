import { PaginationError } from "./pagination-error.ts";

/** The server sent a walk back to a page it had already asked for. */
export class PaginationCycleError extends PaginationError {
  override name = "PaginationCycleError";
}
