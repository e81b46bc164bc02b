import { AsyncAnthropic } from "pageturn";
import type { Job, Tally } from "../process/job.ts";
import { API_KEY, Consumer } from "./consumer.ts";

const client = new AsyncAnthropic({ apiKey: API_KEY });

export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  const { baseURL, limit, prefetch = 0 } = job;
  const list = client.withOptions({ baseURL }).models.list(limit === null ? {} : { limit });
  for await (const model of list.items({ prefetch })) consumer.take(model);
  return consumer.tally;
}
