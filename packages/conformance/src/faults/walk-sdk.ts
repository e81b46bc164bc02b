import { Anthropic, type ClientOptions } from "@anthropic-ai/sdk";
import { TokenPage } from "@anthropic-ai/sdk/pagination";
import { type ListName, pageSize } from "./fault-case.ts";
import { WalkBounds } from "./walk-bounds.ts";
import { keyOf, type WalkEnd, type Walked, type WalkOrder } from "./walked.ts";

/** Walks a list with the official SDK. It has neither `distinctBy` nor checkpoints. */
export async function walkSdk(order: WalkOrder): Promise<Walked> {
  const bounds = new WalkBounds();
  const keys: string[] = [];
  const run = async (): Promise<WalkEnd> => {
    try {
      for await (const item of listOf(order, bounds)) keys.push(keyOf(item, order.played.key));
      return { kind: "done", complete: null };
    } catch (error) {
      return { kind: "error", error, checkpoint: null };
    }
  };
  const end = await bounds.settle(run());
  return { keys: [...keys], end };
}

function listOf({ list, url, apiKey, played }: WalkOrder, bounds: WalkBounds): AsyncIterable<unknown> {
  const { timeout = 10_000, retries = 2 } = played;
  const counted: ClientOptions["fetch"] = (input, init) => {
    bounds.count();
    return fetch(input, init);
  };
  const client = new Anthropic({
    baseURL: url,
    apiKey,
    timeout,
    maxRetries: retries,
    fetch: counted,
    logLevel: "off",
  });
  const query = { limit: pageSize };
  const options = { signal: bounds.signal };
  const lists: Record<ListName, () => AsyncIterable<unknown>> = {
    ids: () => client.models.list(query, options),
    cursor: () => client.files.list(query, options),
    token: () => client.getAPIList("/v1/test/tokens", TokenPage<unknown>, { query, ...options }),
  };
  return lists[list]();
}
