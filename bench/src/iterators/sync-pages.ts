import { type SyncListSource, SyncPage, SyncPaginator } from "pageturn/pagination";
import type { Job } from "../process/job.ts";

interface Item {
  readonly id: string;
}

const response = { status: 200, headers: new Headers(), requestId: null, url: "", durationMs: 0 };

/** The first page of a list in memory, whose pages are made already. */
export function firstSyncPage({ items, limit }: Job): SyncPage<Item> {
  const perPage = limit ?? 20;
  const itemsOf = (name: string) =>
    Array.from({ length: perPage }, (_, index) => ({ id: `${name}-${index}` }));
  // Two pages in turn: one that came twice in a row would be noticed.
  const odd = itemsOf("odd");
  const even = itemsOf("even");
  const request = { path: "/v1/models", query: { limit: perPage } };
  let pages = 0;
  const source: SyncListSource = {
    request,
    fetch: () => {
      pages += 1;
      const data = pages % 2 === 0 ? even : odd;
      const body = { data, has_more: pages * perPage < items, first_id: null, last_id: `item-${pages}` };
      return { body, response };
    },
  };
  return new SyncPaginator<Item, SyncPage<Item>>(SyncPage, source).firstPage();
}
