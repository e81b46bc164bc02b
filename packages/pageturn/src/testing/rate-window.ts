import type { RateLimit } from "./server-config.ts";

/** Counts requests in fixed windows. The first request opens a window, which ends `windowMs` later. */
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

  /**
   * Counts a request that arrived at `now`, in milliseconds since 1970. `headers` are the
   * `anthropic-ratelimit-requests-*` ones, and `retry-after` if the request is refused.
   */
  take(now: number): { readonly allowed: boolean; readonly headers: Readonly<Record<string, string>> } {
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
