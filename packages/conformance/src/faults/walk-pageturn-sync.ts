import { Anthropic, type BaseSyncPage, PageturnError, SyncTokenPage } from "pageturn";
import { type ListName, pageSize } from "./fault-case.ts";
import { maxEmptyPages, maxResponseBytes } from "./walk-pageturn.ts";
import { keyOf, mostRequests, type WalkEnd, type Walked, type WalkOrder } from "./walked.ts";

class TooManyRequests extends Error {}

/** Walks a list with the sync client of pageturn. It blocks, so it can be cut only between two pages. */
export async function walkPageturnSync(order: WalkOrder): Promise<Walked> {
  const { played } = order;
  const keys: string[] = [];
  const distinct = order.distinct ? { distinctBy: (item: unknown) => keyOf(item, played.key) } : {};
  let requests = 0;
  const onPage = () => {
    requests += 1;
    if (requests > mostRequests) throw new TooManyRequests();
  };
  const run = (): WalkEnd => {
    try {
      const walk = listOf(order).items({ maxEmptyPages, onPage, ...distinct });
      for (const item of walk) keys.push(keyOf(item, played.key));
      return { kind: "done", complete: walk.outcome?.complete ?? null };
    } catch (error) {
      if (error instanceof TooManyRequests) return { kind: "cut", by: "requests" };
      const checkpoint = error instanceof PageturnError ? (error.checkpoint ?? null) : null;
      return { kind: "error", error, checkpoint };
    }
  };
  return { end: run(), keys };
}

function listOf({ list, url, apiKey, played, resumeFrom }: WalkOrder): BaseSyncPage<unknown> {
  const { timeout = 10_000, retries = 2 } = played;
  const client = new Anthropic({ baseURL: url, apiKey, timeout, maxRetries: retries, maxResponseBytes });
  const options = { resumeFrom };
  const lists: Record<ListName, () => BaseSyncPage<unknown>> = {
    ids: () => client.models.list({ limit: pageSize }, options),
    cursor: () => client.files.list({ limit: pageSize }, options),
    token: () =>
      client.getAPIList("/v1/test/tokens", SyncTokenPage<unknown>, {
        query: { limit: pageSize },
        ...options,
      }),
  };
  return lists[list]();
}
