import { request } from "undici";
import type { Job, Tally } from "../process/job.ts";
import { Consumer, HEADERS, type ModelPage, pageURL } from "./consumer.ts";

export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  let after: string | null = null;
  do {
    const { statusCode, body } = await request(pageURL(job, after), { headers: HEADERS });
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    // The cast: the hand-written loop believes the server.
    const page = (await body.json()) as ModelPage;
    for (const model of page.data) consumer.take(model);
    after = page.has_more ? page.last_id : null;
  } while (after !== null);
  return consumer.tally;
}
