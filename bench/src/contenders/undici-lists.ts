import { Agent, type Dispatcher, H2CClient } from "undici";
import type { Job, Tally } from "../process/job.ts";
import { Consumer, HEADERS, type ModelPage, pageURL } from "./consumer.ts";

let dispatcher: Dispatcher | undefined;

/** All connections that a server needs: for HTTP/2 a single one. */
function connections({ baseURL, lists = 1, http2 = false }: Job): Dispatcher {
  if (!http2) return new Agent();
  return new H2CClient(new URL(baseURL).origin, { maxConcurrentStreams: lists, pipelining: lists });
}

async function walkOne(job: Job, consumer: Consumer): Promise<void> {
  dispatcher ??= connections(job);
  let after: string | null = null;
  do {
    const { origin, pathname, search } = new URL(pageURL(job, after));
    const { statusCode, body } = await dispatcher.request({
      method: "GET",
      origin,
      path: pathname + search,
      headers: HEADERS,
    });
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    // The cast: the hand-written loop believes the server.
    const page = (await body.json()) as ModelPage;
    for (const model of page.data) consumer.take(model);
    after = page.has_more ? page.last_id : null;
  } while (after !== null);
}

/** Walks some lists at once by undici alone, over either version of HTTP. */
export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  await Promise.all(Array.from({ length: job.lists ?? 1 }, () => walkOne(job, consumer)));
  return consumer.tally;
}
