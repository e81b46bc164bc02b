import { Consumer } from "../contenders/consumer.ts";
import type { Job, Tally } from "../process/job.ts";
import { anthropicFetch, BASE_URL } from "./anthropic-fetch.ts";

interface Item {
  readonly id: string;
}

interface Page {
  readonly data: readonly Item[];
  readonly has_more: boolean;
  readonly last_id: string;
}

/** The least that an async iterator can do for each item: what is left is the price of `for await` itself. */
class FlatIterator implements AsyncIterableIterator<Item> {
  readonly #open: (after: string | null) => Promise<Page>;
  #page: Page | null = null;
  #items: readonly Item[] = [];
  #taken = 0;

  constructor(open: (after: string | null) => Promise<Page>) {
    this.#open = open;
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const value = this.#items[this.#taken];
    this.#taken += 1;
    return value === undefined ? this.#turn() : Promise.resolve({ value, done: false });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #turn(): Promise<IteratorResult<Item, undefined>> {
    if (this.#page?.has_more === false) return { value: undefined, done: true };
    this.#page = await this.#open(this.#page?.last_id ?? null);
    this.#items = this.#page.data;
    this.#taken = 0;
    return this.next();
  }
}

export async function walk(job: Job): Promise<Tally> {
  const fetch = anthropicFetch(job);
  const open = async (after: string | null): Promise<Page> => {
    const response = await fetch(`${BASE_URL}/v1/models${after === null ? "" : `?after_id=${after}`}`);
    return response.json();
  };
  const consumer = new Consumer(job);
  if (job.by !== "pages") {
    for await (const item of new FlatIterator(open)) consumer.take(item);
    return consumer.tally;
  }
  let after: string | null = null;
  do {
    const page: Page = await open(after);
    for (const item of page.data) consumer.take(item);
    after = page.has_more ? page.last_id : null;
  } while (after !== null);
  return consumer.tally;
}
