import { PageturnError } from "./pageturn-error.ts";

/** A checkpoint cannot be resumed from: it is damaged, or belongs to another list or other filters. */
export class CheckpointError extends PageturnError {
  override name = "CheckpointError";
}
