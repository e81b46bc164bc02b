import {
  AsyncPaginator,
  definePages,
  type PageRequest,
  type PaginationStrategy,
  SyncPaginator,
  writeRequest,
} from "pageturn/pagination";
import { response } from "../pagination/lists/memory-list.ts";

export interface Served {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>> | Headers;
}

export const FIRST: PageRequest = { base: "https://api.example.com", path: "/list", query: {} };

/** A list whose answers are these, in order, with the requests as they are written. */
export function listOf(strategy: PaginationStrategy, pages: readonly Served[], request: PageRequest = FIRST) {
  const urls: string[] = [];
  const bodies: unknown[] = [];
  const { AsyncPage, SyncPage } = definePages(strategy);
  const fetch = (asked: PageRequest) => {
    const { url, body } = writeRequest(asked);
    urls.push(url.replace("https://api.example.com", ""));
    bodies.push(JSON.parse(body ?? "null"));
    const { body: served, headers = {} } = pages[urls.length - 1] ?? { body: null };
    return { body: served, response: { ...response, headers: new Headers(headers) } };
  };
  const list = new SyncPaginator(SyncPage<unknown>, { request, fetch });
  const asyncList = new AsyncPaginator(AsyncPage<unknown>, { request, fetch: async (asked) => fetch(asked) });
  return { list, asyncList, urls, bodies };
}

/** All items, and the URLs that were requested. */
export function walked(strategy: PaginationStrategy, pages: readonly Served[], request?: PageRequest) {
  const { list, urls, bodies } = listOf(strategy, pages, request);
  return { items: list.toArray(), urls, bodies };
}

/** {@link walked} by the asynchronous list. */
export async function walkedAsync(
  strategy: PaginationStrategy,
  pages: readonly Served[],
  request?: PageRequest,
) {
  const { asyncList, urls } = listOf(strategy, pages, request);
  return { items: await asyncList.toArray(), urls };
}

export const page = (body: unknown, headers?: Served["headers"]): Served => ({
  body,
  ...(headers && { headers }),
});
