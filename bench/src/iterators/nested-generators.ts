import type { SyncPage } from "pageturn/pagination";
import { Consumer } from "../contenders/consumer.ts";
import type { Job, Tally } from "../process/job.ts";
import { firstSyncPage } from "./sync-pages.ts";

/** The way in which the SDKs iterate, without `async`: a generator of pages inside one of items. */
function* pagesFrom<T>(first: SyncPage<T>): Generator<SyncPage<T>> {
  let page = first;
  yield page;
  while (page.hasNextPage()) {
    page = page.getNextPage();
    yield page;
  }
}

function* itemsFrom<T>(first: SyncPage<T>): Generator<T> {
  for (const page of pagesFrom(first)) for (const item of page.getPaginatedItems()) yield item;
}

export function walk(job: Job): Tally {
  const consumer = new Consumer(job);
  for (const item of itemsFrom(firstSyncPage(job))) consumer.take(item);
  return consumer.tally;
}
