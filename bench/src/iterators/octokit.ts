import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { Consumer } from "../contenders/consumer.ts";
import type { Job, Tally } from "../process/job.ts";
import { jsonResponse, MemoryList, queryParam } from "./memory-list.ts";

const PagingOctokit = Octokit.plugin(paginateRest);

interface Item {
  readonly id: string;
}

/** Octokit's iterator gives pages; the loop over their items is the caller's. */
export async function walk(job: Job): Promise<Tally> {
  const list = new MemoryList(job);
  const answer = async (input: unknown) => {
    const place = list.place(Number(queryParam(input, "page") ?? 1) - 1);
    const next = `<https://api.github.com/items?page=${place.page + 2}>; rel="next"`;
    return jsonResponse(list.itemsText(place), place.isLast ? {} : { link: next });
  };
  const octokit = new PagingOctokit({ request: { fetch: answer } });
  const consumer = new Consumer(job);
  for await (const { data } of octokit.paginate.iterator("GET /items")) {
    // The cast: a route that GitHub does not have has no type.
    for (const item of data as Item[]) consumer.take(item);
  }
  return consumer.tally;
}
