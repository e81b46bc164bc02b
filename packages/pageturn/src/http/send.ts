import { APIConnectionError } from "../errors/api-connection-error.ts";
import { APIError } from "../errors/api-error.ts";
import { abortableSleep } from "./abortable-sleep.ts";
import { abortFailure } from "./attempt-failure.ts";
import { type Answer, followRedirects } from "./follow-redirects.ts";
import type { HttpRequest, HttpResponse } from "./http-message.ts";
import { requestName } from "./request-name.ts";
import { retryDelay } from "./retry-policy.ts";
import { assertSendable } from "./sendable.ts";
import type { AttemptOptions, Transport } from "./transport.ts";

/** Where time and chance come from. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, or as soon as `signal` fires. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** From 0 to less than 1. */
  random(): number;
}

/** How a request is sent: the bounds of each attempt, and how many there may be. */
export interface SendOptions extends AttemptOptions {
  /** How many more attempts may follow the first. */
  readonly maxRetries: number;
  /** Milliseconds to wait before the first attempt. Default 0. */
  readonly waitFirst?: number | undefined;
  /** Time and chance, for tests. */
  readonly timing?: Timing | undefined;
}

/** An answer of any status that is not to be tried again, and how it was come by. */
export interface SendResult {
  readonly response: HttpResponse;
  /** The URL that answered, after redirects. */
  readonly url: string;
  /** How many attempts came before the one that answered. */
  readonly retries: number;
  /** Milliseconds from the first attempt to the last byte, with the waiting in between. */
  readonly durationMs: number;
}

const REAL_TIMING: Timing = { now: Date.now, sleep: abortableSleep, random: Math.random };

/** The transport says what happened; on which request and after how many attempts only the loop knows. */
function withAttempts(error: APIError, attempts: number): APIError {
  const count = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  const message = `${requestName(error.request)} failed after ${count}: ${error.message}`;
  // The cast: a transport rejects with classes that are made as this one is.
  const Failure = error.constructor as typeof APIError;
  return new Failure(message, { request: error.request, cause: error.cause });
}

function succeeded(outcome: Answer | APIError): boolean {
  return !(outcome instanceof APIError) && outcome.response.status < 300;
}

/** The wait before the next attempt, null where this outcome is the last word. */
function delayAfter(
  outcome: Answer | APIError,
  options: SendOptions & { retriesMade: number },
): number | null {
  const { retriesMade, maxRetries, timing = REAL_TIMING } = options;
  const failed = outcome instanceof APIError;
  if (failed && !(outcome instanceof APIConnectionError)) return null;
  return retryDelay({
    status: failed ? null : outcome.response.status,
    headers: failed ? {} : outcome.response.headers,
    retriesMade,
    maxRetries,
    now: timing.now(),
    random: timing.random(),
  });
}

/**
 * Sends a request until it is answered with something that is not worth another attempt.
 *
 * It judges no status: a 404, and a 503 after the last retry, are returned. Redirects within the origin are
 * followed, others are returned. A retry starts again at the first URL.
 *
 * @throws {@link APIConnectionError} or {@link APITimeoutError} where the last attempt had no answer,
 * {@link APIResponseTooLargeError} at once, {@link APIUserAbortError} as soon as the signal fires, and
 * {@link ConfigurationError} for headers that cannot be sent.
 */
export async function send(
  transport: Transport,
  request: HttpRequest,
  options: SendOptions,
): Promise<SendResult> {
  const { signal, timing = REAL_TIMING, waitFirst = 0 } = options;
  assertSendable(request);
  if (waitFirst > 0) await timing.sleep(waitFirst, signal);
  const start = performance.now();
  for (let retriesMade = 0; ; retriesMade += 1) {
    if (signal?.aborted) throw withAttempts(abortFailure(request, signal), retriesMade);
    let outcome: Answer | APIError;
    try {
      outcome = await followRedirects(transport, request, options);
    } catch (error) {
      if (!(error instanceof APIError)) throw error;
      outcome = error;
    }
    const delay = succeeded(outcome) ? null : delayAfter(outcome, { ...options, retriesMade });
    if (delay === null) {
      if (outcome instanceof APIError) throw withAttempts(outcome, retriesMade + 1);
      return { ...outcome, retries: retriesMade, durationMs: performance.now() - start };
    }
    await timing.sleep(delay, signal);
  }
}
