import { AsyncAnthropic, AsyncPage, sliceByTime } from "pageturn";
import type { Job, Tally } from "../process/job.ts";
import { API_KEY, Consumer } from "./consumer.ts";

const client = new AsyncAnthropic({ apiKey: API_KEY });

/** Each item of the list stands for one millisecond. */
export async function walk(job: Job): Promise<Tally> {
  const { baseURL, items } = job;
  const limit = job.limit ?? 20;
  const consumer = new Consumer(job);
  const server = client.withOptions({ baseURL });
  const walk = sliceByTime(
    ({ from, to }) =>
      server.getAPIList("/v1/models", AsyncPage<{ id: string }>, {
        query: { limit, from: from.getTime(), to: to.getTime() },
      }),
    { from: 0, to: items, order: "asc", concurrency: 8 },
  );
  for await (const model of walk) consumer.take(model);
  // A short list has less than a page in some slices.
  const most = items / limit < 400 ? Number.POSITIVE_INFINITY : (1.1 * items) / limit;
  if (Number(walk.outcome?.pages) > most)
    throw new Error(`${walk.outcome?.pages} requests instead of at most ${most}`);
  return consumer.tally;
}
