import type { Checkpoint } from "./checkpoint.ts";

/**
 * The root of every error this library throws.
 *
 * Errors thrown by a walk carry `checkpoint`, the position after the last item handed out.
 */
export class PageturnError extends Error {
  override name = "PageturnError";
  /**
   * Where the walk stood; pass it as `resumeFrom` to go on. Undefined outside a walk. Out of `flatMap` it has another
   * form: take that from the walk, whose `checkpoint` has its type.
   */
  declare checkpoint?: Checkpoint;
}
