/** How many requests are allowed in a time. */
export interface RateLimit {
  /** Requests in one window. */
  readonly requests: number;
  /** The length of a window in milliseconds; a minute where it is left out. */
  readonly windowMs?: number | undefined;
}

/** The state of the limit after a request. */
export interface RateVerdict {
  readonly allowed: boolean;
  /** The `anthropic-ratelimit-requests-*` headers, and `retry-after` where the request is refused. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts requests in fixed windows: the first request opens one, and it ends `windowMs` later. */
export class RateWindow {
  readonly #requests: number;
  readonly #windowMs: number;
  #endsAt = Number.NEGATIVE_INFINITY;
  #reset = "";
  #used = 0;

  constructor({ requests, windowMs = 60_000 }: RateLimit) {
    this.#requests = requests;
    this.#windowMs = windowMs;
  }

  /** Counts a request that came at this time, in milliseconds since 1970. */
  take(now: number): RateVerdict {
    if (now >= this.#endsAt) {
      this.#endsAt = now + this.#windowMs;
      this.#reset = new Date(this.#endsAt).toISOString();
      this.#used = 0;
    }
    const allowed = this.#used < this.#requests;
    if (allowed) this.#used++;
    const headers = {
      "anthropic-ratelimit-requests-limit": String(this.#requests),
      "anthropic-ratelimit-requests-remaining": String(this.#requests - this.#used),
      "anthropic-ratelimit-requests-reset": this.#reset,
    };
    if (allowed) return { allowed, headers };
    const seconds = Math.ceil((this.#endsAt - now) / 1000);
    return { allowed, headers: { ...headers, "retry-after": String(seconds) } };
  }
}
