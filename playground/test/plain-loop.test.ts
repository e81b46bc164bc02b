// The plain loop of the page is fair: it receives what the official SDK receives.
import Anthropic from "@anthropic-ai/sdk";
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultNames, scriptOf } from "../src/setup/faults.ts";
import { plainLoop } from "../src/walk/plain-loop.ts";

let server: MockServer;

beforeAll(async () => {
  server = await startMockServer();
});
afterAll(() => server.close());

/** Waits forever, or for a long time. */
const slow = ["never", "delay"];

it.each(faultNames.filter((name) => !slow.includes(name)))(
  "receives what the official SDK receives: %s",
  async (name) => {
    await server.setScript(scriptOf([name]));
    const client = new Anthropic({ baseURL: server.url, apiKey: server.apiKey });
    const official = await received(client.messages.batches.list({ limit: 10 }));
    await server.setScript(scriptOf([name]));
    const loop = await received(
      plainLoop({
        url: new URL("/v1/messages/batches?limit=10", server.url),
        headers: { "x-api-key": server.apiKey, "anthropic-version": "2023-06-01" },
        fetch,
        list: { page: "Page", itemsKey: "data" },
      }),
    );
    expect(loop).toEqual(official);
  },
);

/** The ids that a loop receives, up to 200, and whether it fails. */
async function received(
  items: AsyncIterable<unknown>,
): Promise<{ readonly ids: string[]; readonly fails: boolean }> {
  const ids: string[] = [];
  try {
    for await (const item of items) {
      // The cast: the items of this list have ids.
      ids.push((item as { readonly id: string }).id);
      if (ids.length === 200) break;
    }
    return { ids, fails: false };
  } catch {
    return { ids, fails: true };
  }
}
