import { APIConnectionError, APIError } from "../errors/api-error.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { headerText } from "../pagination/request/page-request.ts";
import { assertSendable } from "./assert-sendable.ts";
import { abortFailure, withAttempts } from "./failures.ts";
import { retryDelay } from "./retry-policy.ts";
import type { AttemptOptions, HttpRequest, HttpResponse, Transport } from "./transport.ts";

/**
 * Resolves after `ms` milliseconds, or at once when `signal` fires. It never rejects: `signal.aborted` says which of the
 * two it was. Timer and listener are gone afterwards.
 */
export function abortableSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener("abort", wake);
  });
}

/** No sound server needs more. */
const MAX_REDIRECTS = 5;

/** A response, and the URL it came from. */
export interface Answer {
  readonly response: HttpResponse;
  readonly url: string;
}

/** Whether a status is a redirect that is followed. */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** The headers that may go to any origin: no caller puts a credential there. */
const PUBLIC_HEADERS = ["accept", "accept-encoding", "user-agent"];

/** The headers of a request to another origin than that of its client. */
export function publicHeaders(headers: HttpRequest["headers"]): HttpRequest["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => PUBLIC_HEADERS.includes(name)));
}

/** The request that a response redirects to, null where it is not followed. */
function redirected(
  request: HttpRequest,
  response: HttpResponse,
  crossOrigin: "refuse" | "strip",
): HttpRequest | null {
  const header = response.headers["location"];
  if (header === undefined || (request.method !== "GET" && request.method !== "HEAD")) return null;
  const location = headerText(header);
  if (!URL.canParse(location, request.url)) return null;
  const next = new URL(location, request.url);
  next.username = "";
  next.password = "";
  next.hash = "";
  const from = new URL(request.url);
  if (next.origin === from.origin) return { ...request, url: next.href };
  // Another origin must not see the credentials in the headers.
  const isFollowed =
    crossOrigin === "strip" && (next.protocol === "https:" || next.protocol === from.protocol);
  return isFollowed ? { ...request, url: next.href, headers: publicHeaders(request.headers) } : null;
}

/**
 * Follows the redirects of an answer within the origin of its request, at most five, for GET and HEAD.
 *
 * A redirect to another origin is not followed, unless `crossOrigin` is `"strip"`, nor is a sixth, nor one of a POST: the
 * 3xx response is returned for the caller to report. Every hop has the whole `timeout`.
 */
async function followRedirects(
  transport: Transport,
  { request, response }: { readonly request: HttpRequest; readonly response: HttpResponse },
  options: SendOptions,
): Promise<Answer> {
  let [current, answer] = [request, response];
  for (let hops = 0; ; hops += 1) {
    const mayFollow = isRedirect(answer.status) && hops < MAX_REDIRECTS;
    const next = mayFollow ? redirected(current, answer, options.crossOrigin ?? "refuse") : null;
    if (next === null) return { response: answer, url: current.url };
    current = next;
    answer = await transport.attempt(current, options);
  }
}

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
  /** What a redirect to another origin means. `"strip"`: it is followed with {@link publicHeaders}. Default `"refuse"`. */
  readonly crossOrigin?: "refuse" | "strip" | undefined;
  /** Milliseconds to wait before the first attempt. Default 0. */
  readonly waitFirst?: number | undefined;
  /** The attempts that an earlier `send()` made for the same answer: they count as retries, and their time is added. */
  readonly before?: { readonly attempts: number; readonly durationMs: number } | undefined;
  /** Time and chance, for tests. */
  readonly timing?: Timing | undefined;
}

/** An answer that is not to be retried, whatever its status, and what it took to get it. */
export interface SendResult {
  readonly response: HttpResponse;
  /** The URL that answered, after redirects. */
  readonly url: string;
  /** How many attempts came before the one that answered. */
  readonly retries: number;
  /** Milliseconds from the first attempt to the last byte, with the waiting in between. */
  readonly durationMs: number;
}

const REAL_TIMING: Timing = { now: () => Date.now(), sleep: abortableSleep, random: () => Math.random() };

function succeeded(outcome: Answer | APIError): boolean {
  return "response" in outcome && outcome.response.status < 300;
}

/** The milliseconds to wait before the next attempt, null when the request must not be retried. */
export function delayAfter(
  outcome: Answer | APIError,
  options: SendOptions & { retriesMade: number },
): number | null {
  const failed = outcome instanceof APIError;
  if (failed && !(outcome instanceof APIConnectionError)) return null;
  return delayOf(failed ? null : outcome.response.status, failed ? {} : outcome.response.headers, options);
}

function delayOf(
  status: number | null,
  headers: HttpResponse["headers"],
  options: SendOptions & { retriesMade: number },
): number | null {
  const { retriesMade, maxRetries, timing = REAL_TIMING } = options;
  return retryDelay({ status, headers, retriesMade, maxRetries, now: timing.now(), random: timing.random() });
}

/**
 * How to send a request again whose answer stands for another status than it bears: an error body under a 200. Null
 * when an answer with that status must not be retried. The options say what is left: waits, retries, time.
 */
export function sendAgain<O extends SendOptions>(
  status: number,
  { response, retries, durationMs }: SendResult,
  options: O,
): O | null {
  const delay = delayOf(status, response.headers, { ...options, retriesMade: retries });
  if (delay === null) return null;
  const before = { attempts: retries + 1, durationMs: durationMs + delay };
  return { ...options, waitFirst: delay, before };
}

/**
 * Sends a request until the answer is not to be retried.
 *
 * It judges no status: a 404, and a 503 after the last retry, are returned. Redirects within the origin are
 * followed, others are returned. A retry starts again at the first URL.
 *
 * @throws {@link APIConnectionError} or {@link APITimeoutError} where the last attempt had no answer,
 * {@link APIResponseTooLargeError} at once, {@link APIUserAbortError} as soon as the signal fires,
 * {@link ConfigurationError} for headers that cannot be sent, and at once what is not an {@link APIError}: a fault in a
 * program.
 */
export async function send(
  transport: Transport,
  request: HttpRequest,
  options: SendOptions,
): Promise<SendResult> {
  const { signal, timing = REAL_TIMING, waitFirst = 0, before } = options;
  assertSendable(request);
  if (waitFirst > 0) await timing.sleep(waitFirst, signal);
  const start = performance.now() - (before?.durationMs ?? 0);
  for (let retriesMade = before?.attempts ?? 0; ; retriesMade += 1) {
    if (signal?.aborted) throw withAttempts(abortFailure(request, signal), retriesMade);
    let outcome: Answer | APIError;
    try {
      const response = await transport.attempt(request, options);
      // Called for redirects alone: every await costs a page some time.
      outcome = isRedirect(response.status)
        ? await followRedirects(transport, { request, response }, options)
        : { response, url: request.url };
    } catch (error) {
      if (!(error instanceof APIError)) throw error;
      outcome = error;
    }
    const delay = succeeded(outcome) ? null : delayAfter(outcome, { ...options, retriesMade });
    if (delay === null) {
      if (!("response" in outcome)) throw withAttempts(outcome, retriesMade + 1);
      return { ...outcome, retries: retriesMade, durationMs: performance.now() - start };
    }
    await timing.sleep(delay, signal);
  }
}
