import type { ServedEndpoint } from "../../anthropic/catalog/served-endpoint.ts";
import type { Direction, ItemList, ListCursor } from "./item-list.ts";
import { decodePosition, encodePosition, hashText, type Mark } from "./position-code.ts";

/** The items of a list by the value of a field. It keeps two numbers for each item. */
export class SortedList implements ItemList {
  /** With more items, the list would take too much memory. */
  static readonly maxItems = 1_000_000;

  readonly endpoint: ServedEndpoint;
  readonly params: Readonly<Record<string, string>>;
  readonly key: number;
  readonly cacheKey: string;
  readonly count: number;
  readonly #list: ItemList;
  readonly #order: Uint32Array;
  readonly #positions: Uint32Array;
  readonly #tokenKey: number;

  /** Items with the same value keep the order that they have in `list`. */
  constructor(
    list: ItemList,
    {
      valueAt,
      descends,
      cacheKey,
    }: {
      readonly valueAt: (position: number) => string | number;
      readonly descends: boolean;
      readonly cacheKey: string;
    },
  ) {
    this.endpoint = list.endpoint;
    this.params = list.params;
    this.key = list.key;
    this.cacheKey = cacheKey;
    this.count = list.count;
    this.#list = list;
    this.#tokenKey = hashText(cacheKey, list.key);
    const values = Array.from({ length: this.count }, (_, position) => valueAt(position));
    const sign = descends ? -1 : 1;
    this.#order = Uint32Array.from(values.keys()).sort((a, b) => {
      const [first, second] = [values[a] ?? 0, values[b] ?? 0];
      if (first === second) return a - b;
      return first < second ? -sign : sign;
    });
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
    return `page_${encodePosition(this.#tokenKey + (direction === "forward" ? 0 : 1), mark)}`;
  }

  readToken(token: string): ListCursor | null {
    for (const direction of ["forward", "backward"] as const) {
      const mark = decodePosition(
        this.#tokenKey + (direction === "forward" ? 0 : 1),
        token.replace(/^page_/, ""),
      );
      if (mark !== null && mark.position >= 0 && mark.position <= this.count) return { mark, direction };
    }
    return null;
  }
}
