import { APIConnectionError } from "../errors/api-error.ts";
import { APIStatusError } from "../errors/api-status-error.ts";

type Headers = Readonly<Record<string, string>>;

/**
 * The longest wait that a server may ask for: 10 minutes, the default time limit of an attempt.
 *
 * A server that asks for more (a monthly spend limit asks for days) gets no further attempt. A shorter wait would only
 * use up the retries, and the wait itself would look like a program that hangs. So the caller gets the error at once,
 * with the server's `retry-after` in its headers.
 */
export const MAX_RETRY_AFTER_MS = 600_000;

const DECIMAL = /^\d+(?:\.\d*)?$|^\.\d+$/;
/** How each form of an HTTP date begins (RFC 9110, 5.6.7). `Date.parse` takes nearly anything for one, "5" too. */
const DATE = /^[A-Z][a-z]{2,8},? /;

function decimal(text: string): number | null {
  return DECIMAL.test(text) ? Number(text) : null;
}

function httpDate(text: string): number {
  return DATE.test(text) ? Date.parse(text.endsWith("GMT") ? text : `${text} GMT`) : Number.NaN;
}

function positive(ms: number | null): number | null {
  return (ms ?? 0) > 0 ? ms : null;
}

/**
 * The milliseconds that a server asks to wait before the next attempt, null where it asks for nothing usable.
 *
 * Read in this order: `retry-after-ms`, `retry-after` in seconds, `retry-after` as an HTTP date. Zero, a
 * negative number, a date that is past and anything else falls through to the next, finally to null.
 *
 * @example
 * ```ts
 * retryAfter({ "retry-after": "1.5" }, { now: Date.now() }); // 1500
 * ```
 */
export function retryAfter(headers: Headers, options: { readonly now: number }): number | null {
  const milliseconds = positive(decimal((headers["retry-after-ms"] ?? "").trim()));
  if (milliseconds !== null) return milliseconds;
  const text = (headers["retry-after"] ?? "").trim();
  const seconds = decimal(text);
  if (seconds !== null) return positive(seconds * 1000);
  return positive(httpDate(text) - serverTime(headers, options.now));
}

/** The time of the server when it answered; `now` where it did not say. Its clock and ours may differ. */
export function serverTime(headers: Headers, now: number): number {
  return Date.parse(headers["date"] ?? "") || now;
}

/** What the decision to try again rests on. */
export interface RetrySituation {
  /** The status of the answer; null where there was none: connection failure or timeout. */
  readonly status: number | null;
  /** The answer's headers, names in lower case. */
  readonly headers: Headers;
  /** How many retries have been made. */
  readonly retriesMade: number;
  /** How many retries may be made. */
  readonly maxRetries: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** From 0 to less than 1. */
  readonly random: number;
}

function isRetried(status: number | null, advice: string | null | undefined): boolean {
  if (status === null) return true;
  if (status >= 200 && status < 300) return false;
  if (advice === "true") return true;
  if (advice === "false") return false;
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/**
 * Whether the client sends a request again after this error, while it has retries left: the same request may succeed later.
 * `false` for anything that is not an error of a request.
 *
 * @example
 * ```ts
 * const client = new AsyncAnthropic({ apiKey: "wrong", maxRetries: 0 });
 * try {
 *   await client.models.list();
 * } catch (error) {
 *   console.log(isRetryable(error)); // false
 * }
 * ```
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof APIStatusError) return isRetried(error.status, error.headers.get("x-should-retry"));
  return error instanceof APIConnectionError;
}

function backOff(retriesMade: number, random: number): number {
  // The factor lies in (0.75, 1]: many clients that failed together do not come back together.
  return Math.min(500 * 2 ** retriesMade, 8000) * (1 - 0.25 * random);
}

/**
 * The milliseconds to wait before the next attempt, or null when the request must not be retried.
 *
 * Retried are 408, 409, 429, 500 and above, connection failures and timeouts; the header `x-should-retry`
 * (`true` or `false`) overrides this both ways, except for a 2xx. The wait is what the server asks for, up
 * to {@link MAX_RETRY_AFTER_MS}, else an exponential back-off from 0.5 s to 8 s.
 *
 * @example
 * ```ts
 * retryDelay({ status: 503, headers: {}, retriesMade: 0, maxRetries: 2, now: Date.now(), random: 0 }); // 500
 * ```
 */
export function retryDelay(situation: RetrySituation): number | null {
  const { status, headers, retriesMade, maxRetries, now, random } = situation;
  if (retriesMade >= maxRetries || !isRetried(status, headers["x-should-retry"])) return null;
  const wait = retryAfter(headers, { now });
  if (wait === null) return backOff(retriesMade, random);
  return wait <= MAX_RETRY_AFTER_MS ? wait : null;
}

/** How long after an answer with these headers the rate limit of an API refuses the next request, in milliseconds. */
export type RateLimitRule = (headers: Headers, now: number) => number;

/** Remembers, for the requests that share a rate limit, until when the next one would be refused. */
export class Pacer {
  readonly #rule: RateLimitRule;
  readonly #now: () => number;
  #freeAt = 0;

  /** `rule` reads the headers of the API, besides `retry-after`. `now` returns milliseconds that never go back. */
  constructor(rule: RateLimitRule = () => 0, now: () => number = () => performance.now()) {
    this.#rule = rule;
    this.#now = now;
  }

  /** Reads the headers of an answer. A wait of more than 10 minutes is ignored: the server refuses the request itself. */
  note(headers: Headers): void {
    const now = Date.now();
    const wait = Math.max(retryAfter(headers, { now }) ?? 0, this.#rule(headers, now));
    if (wait > 0 && wait <= MAX_RETRY_AFTER_MS) this.#freeAt = Math.max(this.#freeAt, this.#now() + wait);
  }

  /** How long to wait before the next request, in milliseconds. */
  get wait(): number {
    return Math.max(0, this.#freeAt - this.#now());
  }
}
