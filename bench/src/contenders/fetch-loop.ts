import type { Job, Tally } from "../process/job.ts";
import { Consumer, HEADERS, type ModelPage, pageURL } from "./consumer.ts";

export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  let after: string | null = null;
  do {
    const response = await fetch(pageURL(job, after), { headers: HEADERS });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const page: ModelPage = await response.json();
    for (const model of page.data) consumer.take(model);
    after = page.has_more ? page.last_id : null;
  } while (after !== null);
  return consumer.tally;
}
