/** How many keys a {@link RecentKeys} holds. */
const RECENT_KEYS = 10_000;

/** The last {@link RECENT_KEYS} different keys, in bounded memory. */
export class RecentKeys {
  readonly #keys = new Set<unknown>();
  /** The keys in the order in which they came, the oldest at `#next`: finding it in the set takes ever longer. */
  readonly #order: unknown[] = [];
  #next = 0;

  /** Whether `key` is among the recent ones. */
  has(key: unknown): boolean {
    return this.#keys.has(key);
  }

  /** Whether `key` is among the recent ones; if not, it is from now on. */
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
