import { AsyncAnthropic, type AsyncPaginator, AsyncTokenPage, PageturnError } from "pageturn";
import { type ListName, pageSize } from "./fault-case.ts";
import { WalkBounds } from "./walk-bounds.ts";
import { keyOf, type WalkEnd, type Walked, type WalkOrder } from "./walked.ts";

/** Many times what a sound list needs; the default of 1,000 would only take longer to reach. */
export const maxEmptyPages = 50;
/** Less than the gzip bomb unpacks to. */
export const maxResponseBytes = 2 ** 20;

/** Walks a list with the async client of pageturn. */
export async function walkPageturn(order: WalkOrder): Promise<Walked> {
  const { played } = order;
  const bounds = new WalkBounds();
  const keys: string[] = [];
  const distinct = order.distinct ? { distinctBy: (item: unknown) => keyOf(item, played.key) } : {};
  const walk = listOf(order, bounds).items({ maxEmptyPages, onPage: () => bounds.count(), ...distinct });
  const run = async (): Promise<WalkEnd> => {
    try {
      for await (const item of walk) keys.push(keyOf(item, played.key));
      return { kind: "done", complete: walk.outcome?.complete ?? null };
    } catch (error) {
      const checkpoint = error instanceof PageturnError ? (error.checkpoint ?? null) : null;
      return { kind: "error", error, checkpoint };
    }
  };
  const end = await bounds.settle(run());
  return { keys, end };
}

function listOf(order: WalkOrder, bounds: WalkBounds): AsyncPaginator<unknown> {
  const { url, apiKey, played, resumeFrom } = order;
  const { timeout = 10_000, retries = 2 } = played;
  const client = new AsyncAnthropic({ baseURL: url, apiKey, timeout, maxRetries: retries, maxResponseBytes });
  const options = { signal: bounds.signal, resumeFrom };
  const lists: Record<ListName, () => AsyncPaginator<unknown>> = {
    ids: () => client.models.list({ limit: pageSize }, options),
    cursor: () => client.files.list({ limit: pageSize }, options),
    token: () =>
      client.getAPIList("/v1/test/tokens", AsyncTokenPage<unknown>, {
        query: { limit: pageSize },
        ...options,
      }),
  };
  return lists[order.list]();
}
