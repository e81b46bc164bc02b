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

/** An option, argument or environment variable has a value that cannot be used. Thrown before any request. */
export class ConfigurationError extends PageturnError {
  override name = "ConfigurationError";
}

/** There is no API key and no token to send. Thrown before any request. */
export class MissingCredentialsError extends PageturnError {
  override name = "MissingCredentialsError";
}

/**
 * Makes the stack of `error` begin at the line that called `entry`: of a synchronous call, what lies between is the
 * library's own business and would push the caller's line out of the stack.
 */
export function atCaller(error: unknown, entry: (...args: never[]) => unknown): unknown {
  // V8 only; elsewhere the stack stays as it is. An error of the caller's own functions keeps the place it came from.
  if (error instanceof PageturnError && "captureStackTrace" in Error) Error.captureStackTrace(error, entry);
  return error;
}
