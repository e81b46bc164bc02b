import { PageturnError } from "./pageturn-error.ts";

/** A list cannot be walked on: there is no next page, or the server's cursors make no sense. */
export class PaginationError extends PageturnError {
  override name = "PaginationError";
}

/** The server sent a walk back to a page it had already asked for. */
export class PaginationCycleError extends PaginationError {
  override name = "PaginationCycleError";
}

/** A checkpoint cannot be resumed from: it is damaged, or belongs to another list or other filters. */
export class CheckpointError extends PageturnError {
  override name = "CheckpointError";
}

/**
 * A list ended and contradicts itself: the server says that there is more and gives no way there, or it declares a
 * total that was not reached. Thrown after the last item. `checkpoint` is the position there.
 */
export class IncompleteListError extends PaginationError {
  override name = "IncompleteListError";
}
