import { APIStatusError } from "../errors/api-status-error.ts";
import { CursorExpiredError } from "../errors/cursor-expired-error.ts";
import { isSamePage, type PageRequest } from "./page-request.ts";

/** Tells a cursor that died from a first request that was bad: the API answers both with 400 or 404. */
export function expiredCursor(error: unknown, list: PageRequest, request: PageRequest): unknown {
  const isRefusal = error instanceof APIStatusError && [400, 404, 410].includes(error.status);
  if (!isRefusal || isSamePage(list, request)) return error;
  return new CursorExpiredError(
    `Cannot walk on the list of ${list.path} as its cursor has expired, or what it points to was deleted: begin the ` +
      `list anew, and skip what you have. ${error.message}`,
    { ...error, cause: error },
  );
}
