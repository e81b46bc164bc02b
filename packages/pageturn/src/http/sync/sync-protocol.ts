import type { MessagePort } from "node:worker_threads";
import {
  APIConnectionError,
  APIError,
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
  type FailedRequest,
} from "../../errors/api-error.ts";
import { isError } from "../../errors/instance-of.ts";
import { atCaller, ConfigurationError } from "../../errors/pageturn-error.ts";
import { causeOption, errorFrom, type PlainError, plainError } from "../failures.ts";
import type { SendResult } from "../send.ts";
import type { HttpRequest, TLSOptions } from "../transport.ts";
import type { SyncSendOptions } from "./blocking-transport.ts";

/** Network settings of the calling thread that a worker does not inherit. */
export interface NetworkSettings {
  readonly dnsResultOrder: "ipv4first" | "ipv6first" | "verbatim";
  readonly autoSelectFamily: boolean;
  readonly autoSelectFamilyAttemptTimeout: number;
}

/** What the worker gets at its start. */
export interface WorkerSetup {
  readonly port: MessagePort;
  /** Shared memory, see {@link REPLIES}, {@link HEARTBEAT}, {@link ENDED}. */
  readonly shared: Int32Array<SharedArrayBuffer>;
  readonly network: NetworkSettings;
}

/** Index of the count of replies posted: the calling thread sleeps on it. */
export const REPLIES = 0;
/** Index of a count that moves at least every {@link HEARTBEAT_MS} while requests are under way. */
export const HEARTBEAT = 1;
/** Index of the flag that the worker sets when it ends. */
export const ENDED = 2;

/** How often the worker shows that its event loop turns. */
export const HEARTBEAT_MS = 250;

/** From the calling thread to the worker. */
export type SyncCommand =
  | {
      readonly kind: "send";
      readonly id: number;
      /** The pool of connections to use: one for each client and its clones. */
      readonly pool: number;
      readonly request: Omit<HttpRequest, "headers">;
      /** Null for those of the request before: the pages of a list share them. */
      readonly headers: HttpRequest["headers"] | null;
      readonly options: SyncSendOptions;
      /** For a pool that is made for this request. */
      readonly tls?: TLSOptions | undefined;
    }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "close"; readonly pool: number };

/** How a request ended: answered, or not. */
export type SyncOutcome = { readonly result: SendResult } | { readonly failure: Failure };

/** From the worker to the calling thread. */
export interface SyncReply {
  readonly id: number;
  readonly outcome: SyncOutcome;
}

/** An error as plain data, so that it can cross to another thread. */
export interface Failure extends PlainError {
  /** Null where the error is not about a request. */
  readonly request: FailedRequest | null;
}

/** Any function: the stack of an error begins below it. */
export type Caller = (...args: never[]) => unknown;

/** The library's classes that `send()` may reject with, by their names. */
const OWN_CLASSES: Readonly<Record<string, typeof APIError>> = {
  APIConnectionError,
  APIError,
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
};

/** The error as plain data. */
export function toFailure(error: unknown): Failure {
  if (!isError(error)) {
    return { kind: "Error", message: String(error), request: null, code: null };
  }
  return { ...plainError(error), request: error instanceof APIError ? error.request : null };
}

/**
 * The error made again: same class, same message. The stack of one of the library's own begins at the line that called
 * `caller`; any other is a fault in a program, and keeps the stack of where it arose.
 */
export function fromFailure(failure: Failure, caller: Caller): Error {
  const { kind, message, request } = failure;
  const options = causeOption(failure.cause);
  const Own = OWN_CLASSES[kind];
  if (Own !== undefined && request !== null)
    return atCaller(new Own(message, { request, ...options }), caller);
  if (kind === "ConfigurationError") return atCaller(new ConfigurationError(message, options), caller);
  return errorFrom(failure);
}
