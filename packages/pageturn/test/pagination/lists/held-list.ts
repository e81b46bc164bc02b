import { AsyncPage, AsyncPaginator, type PageRequest } from "pageturn/pagination";
import { response } from "./memory-list.ts";
import type { Item } from "./model-list.ts";

interface Held {
  readonly request: PageRequest;
  readonly signal: AbortSignal | undefined;
  answer(body: unknown): void;
  fail(error: unknown): void;
}

/** An asynchronous list whose requests are held until the test answers them. */
export class HeldList {
  /** The requests so far, answered or not. */
  readonly requests: Held[] = [];
  readonly list: AsyncPaginator<Item, AsyncPage<Item>>;

  constructor() {
    this.list = new AsyncPaginator<Item, AsyncPage<Item>>(AsyncPage, {
      request: { path: "/v1/list", query: {} },
      fetch: (request, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
          const answer = (body: unknown) => resolve({ body, response });
          this.requests.push({ request, signal, answer, fail: reject });
        }),
    });
  }

  /** The newest request. */
  get last(): Held {
    const held = this.requests.at(-1);
    if (held === undefined) throw new Error("nothing was asked for");
    return held;
  }
}

/** The body of a page with these ids; it points on unless it is the last one. */
export function idBody(ids: readonly string[], has_more = true): unknown {
  return { data: ids.map((id) => ({ id })), has_more, first_id: ids.at(0), last_id: ids.at(-1) };
}

/** Lets everything happen that waits for nothing but its turn. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
