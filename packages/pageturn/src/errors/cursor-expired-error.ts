import { APIStatusError } from "./api-status-error.ts";

/**
 * 400, 404 or 410 on a page behind the first one: the cursor is no longer valid, or what it points to was deleted, as the
 * same filters were taken on an earlier page. `cause` is the error of the status itself.
 */
export class CursorExpiredError extends APIStatusError {
  override name = "CursorExpiredError";
}
