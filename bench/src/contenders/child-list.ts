import { AsyncAnthropic, AsyncPage, type AsyncPaginator } from "pageturn";
import { API_KEY } from "./consumer.ts";

interface Item {
  readonly id: string;
}

/** A list and the lists behind its items. */
export interface ListTree {
  readonly parents: AsyncPaginator<Item>;
  childrenOf(item: Item): AsyncPaginator<Item>;
}

const client = new AsyncAnthropic({ apiKey: API_KEY });

/** The lists that the server has for a base URL. */
export function listTree(baseURL: string): ListTree {
  const here = client.withOptions({ baseURL });
  return {
    parents: here.models.list({ limit: 100 }),
    childrenOf: ({ id }) =>
      here.getAPIList(`/v1/models/${id}/children`, AsyncPage<Item>, { query: { limit: 20 } }),
  };
}
