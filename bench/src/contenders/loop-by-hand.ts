import { FlatIterator } from "../iterators/flat-iterator.ts";
import type { Job, Walk } from "../process/job.ts";
import { Consumer, type ModelPage } from "./consumer.ts";

/**
 * The loop by hand over pages that `open` fetches. Where the job says `by: "items"`, it goes item by item: what that
 * costs more is `for await` itself.
 */
export function loopByHand(open: (job: Job, after: string | null) => Promise<ModelPage>): Walk {
  return async (job) => {
    const consumer = new Consumer(job);
    if (job.by === "items") {
      for await (const model of new FlatIterator((after) => open(job, after))) consumer.take(model);
      return consumer.tally;
    }
    let after: string | null = null;
    do {
      const page: ModelPage = await open(job, after);
      for (const model of page.data) consumer.take(model);
      after = page.has_more ? page.last_id : null;
    } while (after !== null);
    return consumer.tally;
  };
}
