interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly last_id: string | null;
}

/** The least that an async iterator can do for each item: what is left is the price of `for await` itself. */
export class FlatIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #open: (after: string | null) => Promise<Page<T>>;
  #page: Page<T> | null = null;
  #items: readonly T[] = [];
  #taken = 0;

  /** `open` fetches the page behind the item `after`, the first one for null. */
  constructor(open: (after: string | null) => Promise<Page<T>>) {
    this.#open = open;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.#items[this.#taken];
    this.#taken += 1;
    return value === undefined ? this.#turn() : Promise.resolve({ value, done: false });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #turn(): Promise<IteratorResult<T, undefined>> {
    if (this.#page?.has_more === false) return { value: undefined, done: true };
    this.#page = await this.#open(this.#page?.last_id ?? null);
    this.#items = this.#page.data;
    this.#taken = 0;
    return this.next();
  }
}
