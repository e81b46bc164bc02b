import { isInstance } from "./instance-of.ts";
/**
 * A position in a walk, as plain JSON: after the last item that was returned.
 *
 * It holds no credential and no host, so it can be stored anywhere. Pass it back as `resumeFrom`. Its members are
 * internal and may change with `v`. It is in this folder because errors carry one; `pagination/checkpoint/` makes and
 * checks it.
 */
export interface Checkpoint {
  /** The version of the form. */
  readonly v: number;
}

/**
 * The root of every error of this library.
 *
 * Errors thrown by a walk carry `checkpoint`, the position after the last item that the walk returned.
 */
export class PageturnError extends Error {
  /** @internal */
  static readonly pageturnClass: string = "PageturnError";
  /** @internal */
  static override readonly [Symbol.hasInstance]: (value: unknown) => boolean = isInstance;

  override name: string = (this.constructor as typeof PageturnError).pageturnClass;
  /**
   * Where the walk stood; pass it as `resumeFrom` to go on. Undefined outside a walk, and where it cannot be resumed. `flatMap` has another form: take
   * that from the walk, whose `checkpoint` has its type.
   */
  declare checkpoint?: Checkpoint;
}

/** An option, argument or environment variable has a value that cannot be used. Thrown before any request. */
export class ConfigurationError extends PageturnError {
  /** @internal */
  static override readonly pageturnClass: string = "ConfigurationError";
}

/** There is no API key and no token to send. Thrown before any request. */
export class MissingCredentialsError extends PageturnError {
  /** @internal */
  static override readonly pageturnClass: string = "MissingCredentialsError";
}

/**
 * Makes the stack of `error` begin at the line that called `entry`. In a synchronous call, the library's own frames would
 * push the caller's line out of the stack.
 */
export function atCaller<E>(error: E, entry: (...args: never[]) => unknown): E {
  // V8 only; elsewhere the stack stays as it is. Errors of other classes keep the stack of where they were made.
  if (error instanceof PageturnError && "captureStackTrace" in Error) Error.captureStackTrace(error, entry);
  return error;
}
