import {
  APIConnectionError,
  APIError,
  type APIErrorOptions,
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
  type FailedRequest,
} from "../../errors/api-error.ts";
import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { causeCode } from "../connection-failure.ts";

/** What an error is made of, besides its class. */
export interface ErrorParts extends APIErrorOptions {
  readonly message: string;
}

/** Every class that a transport may reject with, by its name. */
const CLASSES: Readonly<Record<string, typeof APIError>> = {
  APIConnectionError,
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
};

/** An error of the class called `name`, with the stack of here and now. */
export function remakeError(name: string, parts: ErrorParts): APIError {
  const { message, ...options } = parts;
  return new (CLASSES[name] ?? APIError)(message, options);
}

/** An error as plain data, so that it can cross to another thread. */
export interface Failure {
  /** The name of its class. */
  readonly kind: string;
  readonly message: string;
  /** Null where the error speaks of no request. */
  readonly request: FailedRequest | null;
  readonly cause: FailureCause | null;
}

/** What is kept of an error's cause. */
export interface FailureCause {
  readonly name: string;
  readonly message: string;
  /** The innermost system code, such as `ECONNREFUSED`. */
  readonly code: string | null;
}

/** Any function: where a stack is to begin below. */
export type Caller = (...args: never[]) => unknown;

/** The error as plain data. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { kind: "Error", message: String(error), request: null, cause: null };
  const { cause } = error;
  return {
    kind: error.name,
    message: error.message,
    request: error instanceof APIError ? error.request : null,
    cause:
      cause instanceof Error ? { name: cause.name, message: cause.message, code: causeCode(cause) } : null,
  };
}

function remakeCause({ name, message, code }: FailureCause): Error {
  const cause = Object.assign(new Error(message), code === null ? {} : { code });
  cause.name = name;
  // Its stack would show this line, which says nothing: the cause arose on another thread.
  cause.stack = `${name}: ${message}`;
  return cause;
}

function remake({ kind, message, request, cause }: Failure): Error {
  const options = cause === null ? {} : { cause: remakeCause(cause) };
  if (request !== null) return remakeError(kind, { message, request, ...options });
  return new (kind === "ConfigurationError" ? ConfigurationError : Error)(message, options);
}

/** The error made again: same class, same message; its stack begins at the line that called `caller`. */
export function fromFailure(failure: Failure, caller: Caller): Error {
  const error = remake(failure);
  // V8 only; elsewhere the stack has a few lines of this library on top.
  if (typeof Error.captureStackTrace === "function") Error.captureStackTrace(error, caller);
  return error;
}
