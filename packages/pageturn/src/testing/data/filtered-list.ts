import type { ServedEndpoint } from "../../anthropic/catalog/served-endpoint.ts";
import { throwIfClosing } from "./closing.ts";
import type { Direction, ItemList, ListCursor } from "./item-list.ts";
import type { Mark } from "./position-code.ts";
import type { ServedList } from "./served-list.ts";

/** The part of a list that a filtered list has items of, and which of them it has. */
export interface Selection {
  readonly from: number;
  readonly to: number;
  readonly matches: (position: number) => boolean;
  /** Changes the JSON of an item as the request asks for it. */
  readonly rewrite?: ((json: string) => string) | undefined;
}

const blockSize = 512;

/**
 * The items of a list that match a filter. It keeps one number for each 512 items that it has looked at, and looks no
 * further than a request needs.
 */
export class FilteredList implements ItemList {
  readonly endpoint: ServedEndpoint;
  readonly params: Readonly<Record<string, string>>;
  readonly key: number;
  readonly cacheKey: string;
  readonly now: number;
  readonly #all: ServedList;
  readonly #selection: Selection;
  /** The number of matches before each block. */
  readonly #before: number[] = [0];
  /** The match that was looked up last: the next one is often the next to be looked up. */
  #last: { readonly rank: number; readonly place: number };

  constructor(all: ServedList, selection: Selection, cacheKey: string) {
    this.endpoint = all.endpoint;
    this.params = all.params;
    this.key = all.key;
    this.now = all.now;
    this.cacheKey = cacheKey;
    this.#all = all;
    this.#selection = selection;
    this.#last = { rank: -1, place: selection.from - 1 };
  }

  get count(): number {
    return this.upTo(Number.POSITIVE_INFINITY);
  }

  upTo(position: number): number {
    const { from, to } = this.#selection;
    while (this.#known < position && from + (this.#before.length - 1) * blockSize < to) {
      throwIfClosing();
      const start = from + (this.#before.length - 1) * blockSize;
      this.#before.push(this.#known + this.#matchesIn(start, Math.min(start + blockSize, to)));
    }
    return Math.min(position, this.#known);
  }

  itemJson(position: number): string {
    const json = this.#all.itemJson(this.#place(position));
    return this.#selection.rewrite?.(json) ?? json;
  }

  /** Returns the value of one field of the item at a position; `undefined` if it has none. */
  field(position: number, name: string): unknown {
    return this.#all.field(this.#place(position), name);
  }

  idAt({ position, salt }: Mark): string {
    return this.#all.idAt({ position: this.#place(position), salt });
  }

  findId(id: string): Mark | null {
    const found = this.#all.findId(id);
    if (found === null || !this.#has(found.position)) return null;
    return { ...found, position: this.#rank(found.position) };
  }

  placeOf(id: string, side: "before" | "after"): Mark | null {
    const place = this.#all.placeOf(id, side);
    return place === null ? null : { ...place, position: this.#rank(place.position) };
  }

  token({ position, salt }: Mark, direction: Direction): string {
    return this.#all.token({ position: this.#border(position, direction), salt }, direction);
  }

  /** The list without the filter, and a cursor at the same place of it. */
  unfiltered(cursor: ListCursor | null): { readonly list: ItemList; readonly cursor: ListCursor | null } {
    if (cursor === null) return { list: this.#all, cursor };
    const { position, salt } = cursor.mark;
    const border = this.#border(position, cursor.direction);
    return { list: this.#all, cursor: { ...cursor, mark: { position: border, salt } } };
  }

  readToken(token: string): ListCursor | null {
    const cursor = this.#all.readToken(token);
    if (cursor === null) return null;
    const { position } = cursor.mark;
    // As in the API, a range of time that leaves out the place of a cursor refuses it.
    if (position < this.#selection.from || position > this.#selection.to) return null;
    return { ...cursor, mark: { ...cursor.mark, position: this.#rank(position) } };
  }

  /**
   * The place in the whole list where a page begins or ends: right behind the item before it, so that an item which appears
   * between the two is on the next page.
   */
  #border(position: number, direction: Direction): number {
    return direction === "forward" && position > 0 ? this.#place(position - 1) + 1 : this.#place(position);
  }

  get #known(): number {
    return this.#before.at(-1) ?? 0;
  }

  #has(place: number): boolean {
    const { from, to, matches } = this.#selection;
    return place >= from && place < to && matches(place);
  }

  #matchesIn(from: number, to: number): number {
    let count = 0;
    for (let place = from; place < to; place++) if (this.#selection.matches(place)) count++;
    return count;
  }

  /** The number of matches before a place of the whole list. */
  #rank(place: number): number {
    const { from, to } = this.#selection;
    const inside = Math.min(Math.max(place, from), to);
    const block = Math.floor((inside - from) / blockSize);
    while (this.#before.length <= block) this.upTo(this.#known + 1);
    return (this.#before[block] ?? 0) + this.#matchesIn(from + block * blockSize, inside);
  }

  /** The place of the match with this number in the whole list. After the last match it is the end. */
  #place(rank: number): number {
    const { from, to } = this.#selection;
    if (rank < 0) return from - 1;
    if (this.upTo(rank + 1) <= rank) return to;
    if (rank === this.#last.rank) return this.#last.place;
    let place = this.#last.place + 1;
    let seen = this.#last.rank + 1;
    if (rank !== seen) {
      const block = this.#before.findIndex((before) => before > rank) - 1;
      place = from + block * blockSize;
      seen = this.#before[block] ?? 0;
    }
    while (!this.#selection.matches(place) || seen++ < rank) place++;
    this.#last = { rank, place };
    return place;
  }
}
