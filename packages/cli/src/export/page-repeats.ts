import { idOf } from "./item-id.ts";

/** Tells a page that repeats the page directly before it, by the ids of its items. Only the ids of one page are kept. */
export class PageRepeats {
  #ids: readonly (string | null)[];
  #before: readonly (string | null)[] = [];
  #isRepeat = false;

  /** `ids` are those of the page before. */
  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  /** Whether the last page repeats the one before. */
  get isRepeat(): boolean {
    return this.#isRepeat;
  }

  /** Notes a page. `isShortened` says that it may have been requested with a smaller size than the one before. */
  page(items: readonly unknown[], { isShortened }: { readonly isShortened: boolean }): void {
    const ids = items.map(idOf);
    const { length } = this.#ids;
    const isAsLong = isShortened ? ids.length <= length : ids.length === length;
    this.#isRepeat = ids.length > 0 && isAsLong && ids.every((id, at) => id !== null && id === this.#ids[at]);
    if (this.#isRepeat) return;
    this.#before = this.#ids;
    this.#ids = ids;
  }

  /** The ids that the first page after a resume is compared with. A page of which items are left is requested again. */
  idsBefore({ isPageDone }: { readonly isPageDone: boolean }): readonly string[] {
    const ids = isPageDone || this.#isRepeat ? this.#ids : this.#before;
    return ids.every((id) => id !== null) ? ids : [];
  }
}
