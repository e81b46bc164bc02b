import { FlatIterator } from "../iterators/flat-iterator.ts";
import type { Job, Tally } from "../process/job.ts";
import { Consumer } from "./consumer.ts";
import { undiciPage } from "./undici-page.ts";

/** The loop over undici by hand, item by item: what is dearer than the loop over its pages is `for await`. */
export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  for await (const model of new FlatIterator((after) => undiciPage(job, after))) consumer.take(model);
  return consumer.tally;
}
