/** How many keys a {@link RecentKeys} holds. */
const RECENT_KEYS = 10_000;

/** The last {@link RECENT_KEYS} different keys, in bounded memory. */
export class RecentKeys {
  readonly #keys = new Set<unknown>();

  /** Whether `key` is among the recent ones; if not, it is from now on. */
  seen(key: unknown): boolean {
    if (this.#keys.has(key)) return true;
    this.#keys.add(key);
    if (this.#keys.size > RECENT_KEYS) {
      for (const oldest of this.#keys) {
        this.#keys.delete(oldest);
        break;
      }
    }
    return false;
  }
}
