import * as fc from "fast-check";
import {
  AsyncPage,
  AsyncPaginator,
  AsyncTokenPage,
  type BaseAsyncPage,
  type PageRequest,
} from "pageturn/pagination";
import { response } from "./memory-list.ts";

export interface Row {
  readonly id?: string;
  readonly name: number;
}

/**
 * How a list that changes between two walks is paged: by ids, by a token that stands for an item, or for a number
 * of items; the last one again, with items that have no id; by ids from the end, in the API's order and reversed.
 */
export type Paging = "ids" | "keyset" | "offset" | "bare" | "back" | "reversed";

export const anyPaging = fc.constantFrom<Paging>("ids", "keyset", "offset", "bare", "back", "reversed");

/** A list of numbers in ascending order that items can come to and go from. */
export class MutableList {
  names: readonly number[];
  readonly requests: PageRequest[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  readonly #paging: Paging;
  readonly #before: (request: PageRequest, number: number) => unknown;

  constructor(
    paging: Paging,
    names: readonly number[],
    before: (request: PageRequest, number: number) => unknown = () => {},
  ) {
    this.#paging = paging;
    this.names = names;
    this.#before = before;
  }

  list(limit: number): AsyncPaginator<Row> {
    const isBack = this.#paging === "back" || this.#paging === "reversed";
    const Page = isBack || this.#paging === "ids" ? AsyncPage<Row> : AsyncTokenPage<Row>;
    return new AsyncPaginator<Row, BaseAsyncPage<Row>>(Page, {
      request: { path: "/v1/list", query: { limit, ...(isBack && { before_id: "id_1000" }) } },
      ...(this.#paging === "reversed" && { walk: { order: "traversal" } }),
      fetch: async (request, signal) => {
        this.requests.push(request);
        this.signals.push(signal);
        await Promise.race([this.#before(request, this.requests.length - 1), aborted(signal)]);
        return { body: this.#body(request), response };
      },
    });
  }

  #body({ query }: PageRequest) {
    const { names } = this;
    if (query["before_id"] !== undefined) return this.#bodyBefore(query);
    const cursor = query["after_id"] ?? query["page_token"];
    const number = Number(String(cursor ?? "").replace(/\D/g, ""));
    // What a cursor stands for may be gone: then the list goes on behind where it was.
    const behind = names.findIndex((name) => name > number);
    const start = cursor === undefined ? 0 : this.#isOffset ? number : behind < 0 ? names.length : behind;
    const end = start + Number(query["limit"]);
    const shown = names.slice(start, end);
    const data = shown.map((name) =>
      this.#paging === "bare" ? { name: name % 3 } : { id: `id_${name}`, name },
    );
    const has_more = end < names.length;
    const last = shown.at(-1);
    if (this.#paging === "ids")
      return { data, has_more, first_id: null, last_id: last === undefined ? null : `id_${last}` };
    const next_page = !has_more ? null : this.#isOffset ? `at_${end}` : `key_${last}`;
    return { data, has_more, next_page };
  }

  #bodyBefore({ before_id, limit }: PageRequest["query"]) {
    const before = this.names.filter((name) => name < Number(String(before_id).slice(3)));
    const shown = before.slice(-Number(limit));
    const first_id = shown[0] === undefined ? null : `id_${shown[0]}`;
    const data = shown.map((name) => ({ id: `id_${name}`, name }));
    return { data, has_more: before.length > shown.length, first_id, last_id: null };
  }

  get #isOffset(): boolean {
    return this.#paging === "offset" || this.#paging === "bare";
  }
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
}
