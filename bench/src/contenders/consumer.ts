import type { Job, Tally } from "../process/job.ts";

const never = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the thread, as work does, but leaves the processor to the others. */
function work(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}

/** Who walks the lists: touches every item, and works at the first item of each page where the job says so. */
export class Consumer implements Tally {
  items = 0;
  idLength = 0;
  readonly #workMs: number;
  readonly #limit: number;

  constructor({ workMs = 0, limit }: Job) {
    this.#workMs = workMs;
    this.#limit = limit ?? 20;
  }

  take(item: { readonly id: string }): void {
    if (this.#workMs > 0 && this.items % this.#limit === 0) work(this.#workMs);
    this.items += 1;
    this.idLength += item.id.length;
  }

  get tally(): Tally {
    return { items: this.items, idLength: this.idLength };
  }
}

/** The key that all contenders send. */
export const API_KEY = "sk-ant-test-key";

/** The headers that the loops written by hand send. */
export const HEADERS = {
  accept: "application/json",
  "anthropic-version": "2023-06-01",
  "x-api-key": API_KEY,
};

/** The URL of the page behind the item `after`, as the loops written by hand make it. */
export function pageURL({ baseURL, limit }: Job, after: string | null): string {
  const query = after === null ? "" : `&after_id=${encodeURIComponent(after)}`;
  return `${baseURL}/v1/models?limit=${limit ?? 20}${query}`;
}

/** A page as the loops written by hand read it. */
export interface ModelPage {
  readonly data: readonly { readonly id: string }[];
  readonly has_more: boolean;
  readonly last_id: string | null;
}
