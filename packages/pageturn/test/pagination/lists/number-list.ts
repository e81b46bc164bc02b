import { AsyncPaginator, AsyncTokenPage } from "pageturn/pagination";
import { response } from "./memory-list.ts";

/** A list of the numbers from 1 to 40, five a page. */
export function numberList(): AsyncPaginator<number> {
  return new AsyncPaginator<number>(AsyncTokenPage<number>, {
    request: { path: "/v1/numbers", query: {} },
    fetch: async ({ query }) => {
      const from = Number(query["page_token"] ?? 0);
      const data = Array.from({ length: 5 }, (_, index) => from + index + 1);
      return { body: { data, next_page: from < 35 ? from + 5 : null }, response };
    },
  });
}
