import { flatMap } from "pageturn";
import type { Job, Tally } from "../process/job.ts";
import { listTree } from "./child-list.ts";
import { Consumer } from "./consumer.ts";

export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  const { parents, childrenOf } = listTree(job.baseURL);
  for await (const child of flatMap(parents, childrenOf, { concurrency: 8 })) consumer.take(child);
  return consumer.tally;
}
