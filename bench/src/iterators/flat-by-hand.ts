import { Consumer } from "../contenders/consumer.ts";
import type { Job, Tally } from "../process/job.ts";
import { anthropicFetch, BASE_URL } from "./anthropic-fetch.ts";
import { FlatIterator } from "./flat-iterator.ts";

interface Item {
  readonly id: string;
}

interface Page {
  readonly data: readonly Item[];
  readonly has_more: boolean;
  readonly last_id: string;
}

export async function walk(job: Job): Promise<Tally> {
  const fetch = anthropicFetch(job);
  const open = async (after: string | null): Promise<Page> => {
    const response = await fetch(`${BASE_URL}/v1/models${after === null ? "" : `?after_id=${after}`}`);
    return response.json();
  };
  const consumer = new Consumer(job);
  if (job.by !== "pages") {
    for await (const item of new FlatIterator(open)) consumer.take(item);
    return consumer.tally;
  }
  let after: string | null = null;
  do {
    const page: Page = await open(after);
    for (const item of page.data) consumer.take(item);
    after = page.has_more ? page.last_id : null;
  } while (after !== null);
  return consumer.tally;
}
