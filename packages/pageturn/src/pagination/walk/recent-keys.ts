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
