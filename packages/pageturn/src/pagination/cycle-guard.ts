import { packedFingerprint } from "./fingerprint.ts";
import { RecentKeys } from "./recent-keys.ts";

/**
 * Notices when a walk comes back to a request that it has already made.
 *
 * A cycle of up to 10,000 requests is noticed at the first repetition: the fingerprints of the last 10,000 are
 * kept. A longer one is noticed by Brent's algorithm, in constant memory, at the latest after three times as many
 * requests as there are before and in the cycle. Memory stays below 2 MB however long the walk is.
 */
export class CycleGuard {
  readonly #recent = new RecentKeys();
  #anchor = "";
  #sinceAnchor = 0;
  #power = 1;

  /** Whether `key` was already made, as far as is known; it is not noted. */
  knows(key: string): boolean {
    const print = packedFingerprint(key);
    return this.#recent.has(print) || print === this.#anchor;
  }

  /** Whether `key` was already made; to be asked once for each request of the walk, in order. */
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
