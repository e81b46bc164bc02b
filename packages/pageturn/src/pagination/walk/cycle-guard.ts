import { packedFingerprint } from "../checkpoint/item-key.ts";
import { RecentKeys } from "./recent-keys.ts";

/**
 * Detects that a walk has returned to a request that it has already made.
 *
 * A cycle of up to 10,000 requests is detected at the first repetition, by the fingerprints of the last 10,000
 * requests. A longer cycle is detected by Brent's algorithm, in constant memory, after at most three times as many
 * requests as there are before and in the cycle. Memory stays below 2 MB however long the walk is.
 */
export class CycleGuard {
  readonly #recent = new RecentKeys();
  #anchor = "";
  #sinceAnchor = 0;
  #power = 1;

  /** Whether a request with `key` was made, without recording it. */
  knows(key: string): boolean {
    const print = packedFingerprint(key);
    return this.#recent.has(print) || print === this.#anchor;
  }

  /** Records a request and returns whether it repeats an earlier one. Call it once for each request, in order. */
  repeats(key: string): boolean {
    const print = packedFingerprint(key);
    if (this.#recent.seen(print) || print === this.#anchor) return true;
    this.#sinceAnchor += 1;
    if (this.#sinceAnchor === this.#power) {
      this.#anchor = print;
      this.#power *= 2;
      this.#sinceAnchor = 0;
    }
    return false;
  }
}
