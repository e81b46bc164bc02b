import { APIConnectionError } from "../errors/api-connection-error.ts";
import { APIError, type APIErrorOptions } from "../errors/api-error.ts";
import { APIResponseTooLargeError } from "../errors/api-response-too-large-error.ts";
import { APITimeoutError } from "../errors/api-timeout-error.ts";
import { APIUserAbortError } from "../errors/api-user-abort-error.ts";

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
