import { retryAfter, serverTime } from "./retry-after.ts";
import { MAX_RETRY_AFTER_MS } from "./retry-policy.ts";

type Headers = Readonly<Record<string, string>>;

const REMAINING = "anthropic-ratelimit-requests-remaining";
const RESET = "anthropic-ratelimit-requests-reset";

/**
 * How long after an answer with these headers the next request would be refused, in milliseconds; 0 where it
 * would not be, or the headers say nothing. At most 10 minutes: beyond that the server may say it itself.
 */
export function refusedFor(headers: Headers, now: number): number {
  const asked = retryAfter(headers, { now }) ?? 0;
  const reset = Number(headers[REMAINING] ?? 1) > 0 ? Number.NaN : Date.parse(headers[RESET] ?? "");
  // Without a readable reset the difference is NaN.
  const wait = Math.max(asked, reset - serverTime(headers, now) || 0);
  return wait <= MAX_RETRY_AFTER_MS ? wait : 0;
}

/** Remembers, for the requests that share a rate limit, until when the next one would be refused. */
export class Pacer {
  readonly #now: () => number;
  #freeAt = 0;

  /** `now` gives milliseconds that never go back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes note of an answer. */
  note(headers: Headers): void {
    const wait = refusedFor(headers, Date.now());
    if (wait > 0) this.#freeAt = Math.max(this.#freeAt, this.#now() + wait);
  }

  /** How long to wait before the next request, in milliseconds. */
  get wait(): number {
    return Math.max(0, this.#freeAt - this.#now());
  }
}
