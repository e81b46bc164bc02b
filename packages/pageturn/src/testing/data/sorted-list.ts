import type { ServedEndpoint } from "../../anthropic/catalog/served-endpoint.ts";
import { throwIfClosing } from "./closing.ts";
import {
  type Direction,
  type ItemList,
  type ListCursor,
  readToken,
  tokenCodes,
  writeToken,
} from "./item-list.ts";
import { hashText, type Mark } from "./position-code.ts";

/** The items of a list by the value of a field. It keeps two numbers for each item. */
export class SortedList implements ItemList {
  /** With more items, the list would take too much memory. */
  static readonly maxItems = 1_000_000;

  readonly endpoint: ServedEndpoint;
  readonly params: Readonly<Record<string, string>>;
  readonly key: number;
  readonly cacheKey: string;
  readonly now: number;
  readonly count: number;
  readonly #list: ItemList;
  readonly #order: Uint32Array;
  readonly #positions: Uint32Array;
  readonly #codes: Readonly<Record<Direction, number>>;

  /** Items with the same value keep the order that they have in `list`; from the highest value on, the reverse of it. */
  constructor(
    list: ItemList,
    {
      valueAt,
      descends,
      filters,
      cacheKey,
    }: {
      readonly valueAt: (position: number) => string | number;
      readonly descends: boolean;
      /** What its cursors belong to. */
      readonly filters: string;
      readonly cacheKey: string;
    },
  ) {
    this.endpoint = list.endpoint;
    this.params = list.params;
    this.key = list.key;
    this.now = list.now;
    this.cacheKey = cacheKey;
    this.count = list.count;
    this.#list = list;
    // A cursor is a number of items, so it stays readable when the list changes.
    this.#codes = tokenCodes(hashText(filters, list.key));
    const values = Array.from({ length: this.count }, (_, position) => {
      throwIfClosing();
      return valueAt(position);
    });
    this.#order = Uint32Array.from(values.keys()).sort((a, b) => {
      const [first, second] = [values[a] ?? 0, values[b] ?? 0];
      if (first === second) return a - b;
      return first < second ? -1 : 1;
    });
    // One order is the other one backwards, also for items with the same value.
    if (descends) this.#order.reverse();
    this.#positions = new Uint32Array(this.count);
    for (const [position, place] of this.#order.entries()) this.#positions[place] = position;
  }

  upTo(position: number): number {
    return Math.min(position, this.count);
  }

  itemJson(position: number): string {
    return this.#list.itemJson(this.#order[position] ?? 0);
  }

  idAt({ position, salt }: Mark): string {
    return this.#list.idAt({ position: this.#order[position] ?? position, salt });
  }

  findId(id: string): Mark | null {
    const found = this.#list.findId(id);
    return found === null ? null : { ...found, position: this.#positions[found.position] ?? 0 };
  }

  placeOf(id: string, side: "before" | "after"): Mark | null {
    const found = this.findId(id);
    if (found === null) return null;
    return { ...found, position: found.position + (side === "after" ? 1 : 0) };
  }

  token(mark: Mark, direction: Direction): string {
    return writeToken(this.#codes, mark, direction);
  }

  readToken(token: string): ListCursor | null {
    const cursor = readToken(this.#codes, token);
    return cursor !== null && cursor.mark.position >= 0 && cursor.mark.position <= this.count ? cursor : null;
  }
}
