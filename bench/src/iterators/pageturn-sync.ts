import { Consumer } from "../contenders/consumer.ts";
import type { Job, Tally } from "../process/job.ts";
import { firstSyncPage } from "./sync-pages.ts";

export function walk(job: Job): Tally {
  const consumer = new Consumer(job);
  let page = firstSyncPage(job);
  if (job.by !== "pages") {
    for (const item of page) consumer.take(item);
    return consumer.tally;
  }
  for (;;) {
    for (const item of page.data) consumer.take(item);
    if (!page.hasNextPage()) return consumer.tally;
    page = page.getNextPage();
  }
}
