import type { Job, Tally } from "../process/job.ts";
import { Consumer, HEADERS, type ModelPage, pageURL } from "./consumer.ts";

/** One page, fetched once and parsed as often as a walk would fetch one: what is left is the heap's own habit. */
export async function walk(job: Job): Promise<Tally> {
  const response = await fetch(pageURL(job, null), { headers: HEADERS });
  const body = await response.bytes();
  const utf8 = new TextDecoder();
  const consumer = new Consumer(job);
  while (consumer.items < job.items) {
    const page: ModelPage = JSON.parse(utf8.decode(body));
    for (const model of page.data) consumer.take(model);
  }
  return consumer.tally;
}
