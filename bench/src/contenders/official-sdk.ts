import Anthropic from "@anthropic-ai/sdk";
import type { Job, Tally } from "../process/job.ts";
import { API_KEY, Consumer } from "./consumer.ts";

const client = new Anthropic({ apiKey: API_KEY });

export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  const { baseURL, limit } = job;
  const list = client.withOptions({ baseURL }).models.list(limit === null ? {} : { limit });
  for await (const model of list) consumer.take(model);
  return consumer.tally;
}
