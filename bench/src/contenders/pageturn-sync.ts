import { Anthropic } from "pageturn";
import type { Job, Tally } from "../process/job.ts";
import { API_KEY, Consumer } from "./consumer.ts";

const client = new Anthropic({ apiKey: API_KEY });

export function walk(job: Job): Tally {
  const consumer = new Consumer(job);
  const { baseURL, limit, prefetch = 0 } = job;
  const list = client.withOptions({ baseURL }).models.list(limit === null ? {} : { limit });
  for (const model of list.items({ prefetch })) consumer.take(model);
  return consumer.tally;
}
