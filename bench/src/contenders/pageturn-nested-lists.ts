import type { Job, Tally } from "../process/job.ts";
import { listTree } from "./child-list.ts";
import { Consumer } from "./consumer.ts";

export async function walk(job: Job): Promise<Tally> {
  const consumer = new Consumer(job);
  const { parents, childrenOf } = listTree(job.baseURL);
  for await (const parent of parents) {
    for await (const child of childrenOf(parent)) consumer.take(child);
  }
  return consumer.tally;
}
