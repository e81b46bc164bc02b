import { createHash } from "node:crypto";
import { type Column, distinctKey } from "../catalog/columns.ts";
import { unknownField } from "../catalog/fields.ts";

/** How many keys are kept, as in the option `distinctBy` of a walk. */
const MOST_KEYS = 10_000;

/** A longer key is kept as its SHA-256. */
const LONGEST_KEY = 64;

/**
 * The last {@link MOST_KEYS} different keys of items. A checkpoint of a walk does not hold them: an export keeps them with its
 * rows, so that it drops the same repeats whether it is interrupted or not.
 */
export class DistinctKeys {
  readonly #field: Column;
  readonly #keys: Set<string>;
  /** The keys in order, the oldest at `#next` when all places are taken. */
  readonly #order: string[];
  #next = 0;

  /** `field` has the key of an item; `keys` are those of before. */
  constructor(field: string, keys: readonly string[]) {
    this.#field = unknownField(field);
    this.#order = keys.slice(-MOST_KEYS);
    this.#keys = new Set(this.#order);
  }

  /** The keys, the oldest first. */
  get keys(): readonly string[] {
    return [...this.#order.slice(this.#next), ...this.#order.slice(0, this.#next)];
  }

  /** Notes the key of an item, and returns whether it was there. An item without a key is no repeat. */
  isRepeat(item: unknown): boolean {
    const text = distinctKey(item, this.#field);
    if (text === undefined) return false;
    const key = text.length <= LONGEST_KEY ? text : createHash("sha256").update(text).digest("base64");
    if (this.#keys.has(key)) return true;
    this.#keys.add(key);
    if (this.#order.length < MOST_KEYS) this.#order.push(key);
    else {
      this.#keys.delete(this.#order[this.#next] ?? "");
      this.#order[this.#next] = key;
      this.#next = (this.#next + 1) % MOST_KEYS;
    }
    return false;
  }
}
