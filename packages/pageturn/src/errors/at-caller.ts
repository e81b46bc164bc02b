import { PageturnError } from "./pageturn-error.ts";

/**
 * Makes the stack of `error` begin at the line that called `entry`: of a synchronous call, what lies between is the
 * library's own business and would push the caller's line out of the stack.
 */
export function atCaller(error: unknown, entry: (...args: never[]) => unknown): unknown {
  // V8 only; elsewhere the stack stays as it is. An error of the caller's own functions keeps the place it came from.
  if (error instanceof PageturnError && "captureStackTrace" in Error) Error.captureStackTrace(error, entry);
  return error;
}
