import { request } from "undici";
import type { Job } from "../process/job.ts";
import { HEADERS, type ModelPage, pageURL } from "./consumer.ts";

/** A page by undici alone. */
export async function undiciPage(job: Job, after: string | null): Promise<ModelPage> {
  const { statusCode, body } = await request(pageURL(job, after), { headers: HEADERS });
  if (statusCode !== 200) throw new Error(`status ${statusCode}`);
  // The cast: the hand-written loop believes the server.
  return (await body.json()) as ModelPage;
}
