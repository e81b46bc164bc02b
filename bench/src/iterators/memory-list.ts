import type { Job } from "../process/job.ts";

/** Where a page stands in a list. */
export interface Place {
  /** Counted from 0. */
  readonly page: number;
  readonly isLast: boolean;
  /** The id of the page's last item, which tells the pages apart. */
  readonly lastId: string;
}

/** A list in memory, in pages of tiny items: what is left to measure is the way from item to item. */
export class MemoryList {
  readonly #pages: number;
  readonly #items: string;

  constructor({ items, limit }: Job) {
    const perPage = limit ?? 20;
    this.#pages = items / perPage;
    this.#items = Array.from({ length: perPage - 2 }, () => '{"id":"item"},').join("");
  }

  /** The place of the page behind the item `after`; null asks for the first page. */
  placeBehind(after: string | null): Place {
    return this.place(after === null ? 0 : Number(after.slice(5)) + 1);
  }

  /** The place of a page by its number. */
  place(page: number): Place {
    return { page, isLast: page + 1 >= this.#pages, lastId: `item-${page}` };
  }

  /** The JSON text of the items of a page. */
  itemsText({ page, lastId }: Place): string {
    return `[{"id":"first-${page}"},${this.#items}{"id":"${lastId}"}]`;
  }
}

/** The parameter of a query that says where the page begins. */
export function queryParam(input: unknown, name: string): string | null {
  return new URL(input instanceof Request ? input.url : String(input)).searchParams.get(name);
}

/** A response with this JSON text. */
export function jsonResponse(text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, { headers: { "content-type": "application/json", ...headers } });
}
