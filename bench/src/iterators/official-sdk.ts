import Anthropic from "@anthropic-ai/sdk";
import { API_KEY, Consumer } from "../contenders/consumer.ts";
import type { Job, Tally } from "../process/job.ts";
import { anthropicFetch, BASE_URL } from "./anthropic-fetch.ts";

export async function walk(job: Job): Promise<Tally> {
  const client = new Anthropic({ apiKey: API_KEY, baseURL: BASE_URL, fetch: anthropicFetch(job) });
  const consumer = new Consumer(job);
  const list = client.models.list({ limit: job.limit ?? 20 });
  if (job.by === "pages") {
    for await (const page of (await list).iterPages()) for (const model of page.data) consumer.take(model);
  } else {
    for await (const model of list) consumer.take(model);
  }
  return consumer.tally;
}
