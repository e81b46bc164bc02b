import { AsyncAnthropic } from "pageturn";
import type { Job, Tally } from "../process/job.ts";
import { API_KEY, Consumer } from "./consumer.ts";

const client = new AsyncAnthropic({ apiKey: API_KEY });

export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  const list = client.withOptions({ baseURL: job.baseURL }).models.list({ limit: "max" });
  for await (const model of list) consumer.take(model);
  return consumer.tally;
}
