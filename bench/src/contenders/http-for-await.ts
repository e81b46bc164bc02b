import { FlatIterator } from "../iterators/flat-iterator.ts";
import type { Job, Tally } from "../process/job.ts";
import { Consumer } from "./consumer.ts";
import { httpPage } from "./http-page.ts";

/** The loop over `node:http` by hand, item by item. */
export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  for await (const model of new FlatIterator((after) => httpPage(job, after))) consumer.take(model);
  return consumer.tally;
}
