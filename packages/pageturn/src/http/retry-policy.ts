import { retryAfter } from "./retry-after.ts";

/**
 * The longest wait that a server may ask for: 10 minutes, the time after which an attempt is given up too.
 *
 * A server that asks for more (a monthly spend limit asks for days) gets no further attempt at all. To wait
 * shorter than it asked would only use up the retries, and to wait as asked would look like a program that
 * hangs. So the caller gets the error at once, with the server's `retry-after` in its headers.
 */
export const MAX_RETRY_AFTER_MS = 600_000;

/** What the decision to try again rests on. */
export interface RetrySituation {
  /** The status of the answer; null where there was none: connection failure or timeout. */
  readonly status: number | null;
  /** The answer's headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** How many retries have been made. */
  readonly retriesMade: number;
  /** How many retries may be made. */
  readonly maxRetries: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** From 0 to less than 1. */
  readonly random: number;
}

function isRetryable(status: number | null, advice: string | undefined): boolean {
  if (status === null) return true;
  if (status >= 200 && status < 300) return false;
  if (advice === "true") return true;
  if (advice === "false") return false;
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

function backOff(retriesMade: number, random: number): number {
  // The factor lies in (0.75, 1]: many clients that failed together do not come back together.
  return Math.min(500 * 2 ** retriesMade, 8000) * (1 - 0.25 * random);
}

/**
 * The milliseconds to wait before the next attempt, or null where there is to be none.
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
  if (retriesMade >= maxRetries || !isRetryable(status, headers["x-should-retry"])) return null;
  const asked = retryAfter(headers, { now });
  if (asked === null) return backOff(retriesMade, random);
  return asked <= MAX_RETRY_AFTER_MS ? asked : null;
}
