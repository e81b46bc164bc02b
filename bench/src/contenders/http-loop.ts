import type { Job, Tally } from "../process/job.ts";
import { Consumer, type ModelPage } from "./consumer.ts";
import { httpPage } from "./http-page.ts";

export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  let after: string | null = null;
  do {
    const page: ModelPage = await httpPage(job, after);
    for (const model of page.data) consumer.take(model);
    after = page.has_more ? page.last_id : null;
  } while (after !== null);
  return consumer.tally;
}
