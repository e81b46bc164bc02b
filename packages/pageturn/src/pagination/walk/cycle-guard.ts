import { packedFingerprint } from "../checkpoint/checkpoint.ts";

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

/** How many keys a {@link RecentKeys} holds. */
const RECENT_KEYS = 10_000;

/** The last {@link RECENT_KEYS} different keys, in bounded memory. */
export class RecentKeys {
  readonly #keys = new Set<unknown>();
  /** The keys in order, the oldest at `#next`: to find it in the set would take longer and longer. */
  readonly #order: unknown[] = [];
  #next = 0;

  /** Whether `key` is among the recent ones. */
  has(key: unknown): boolean {
    return this.#keys.has(key);
  }

  /** Adds `key` and returns whether it was among the recent ones. */
  seen(key: unknown): boolean {
    const before = this.#keys.size;
    this.#keys.add(key);
    if (this.#keys.size === before) return true;
    if (before === RECENT_KEYS) this.#keys.delete(this.#order[this.#next]);
    this.#order[this.#next] = key;
    this.#next = (this.#next + 1) % RECENT_KEYS;
    return false;
  }
}
