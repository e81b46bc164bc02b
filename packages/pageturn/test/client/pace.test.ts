import { Anthropic, AsyncAnthropic, RateLimitError } from "pageturn";
import { startMockServer } from "pageturn/testing";
import { afterEach, expect, test, vi } from "vitest";

// Short windows of the real server: the arithmetic of waiting is tested with an injected clock in http/pacer.
const rateLimit = { requests: 2, windowMs: 300 };

afterEach(() => {
  vi.useRealTimers();
});

/** Lets no more waits of the library end: what has to wait from here on does not go on. */
function stopTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
}

test("a paced walk is never refused, sync and async, where an unpaced one is", async () => {
  // Its window is long, so that the unpaced requests are all in it, however slow they are.
  await using strict = await startMockServer({ items: 10, rateLimit: { requests: 2 } });
  const unpaced = new AsyncAnthropic({ baseURL: strict.url, apiKey: strict.apiKey, maxRetries: 0 });
  await expect(unpaced.models.list({ limit: 2 }).toArray()).rejects.toThrow(RateLimitError);

  await using server = await startMockServer({ items: 10, rateLimit });
  const options = { baseURL: server.url, apiKey: server.apiKey };
  const paced = { ...options, maxRetries: 1, pace: "auto" } as const;
  expect(await new AsyncAnthropic(paced).models.list({ limit: 2 }).toArray()).toHaveLength(10);
  expect(new Anthropic(paced).models.list({ limit: 2 }).toArray()).toHaveLength(10);

  // The first request of each client knows of no limit yet, and may meet one that was used up before it.
  const refused = (await server.requests()).filter(({ status }) => status === 429);
  expect(refused.length).toBeLessThanOrEqual(2);
});

test("an abort ends the waiting at once", async () => {
  await using server = await startMockServer({ items: 10, rateLimit: { requests: 1, windowMs: 60_000 } });
  const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey, pace: "auto" });
  const controller = new AbortController();
  const walk = client.models.list({ limit: 5 }, { signal: controller.signal }).items();
  for (let count = 0; count < 5; count += 1) await walk.next();
  stopTimers();
  const waiting = walk.next();
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: "APIUserAbortError" });
  expect(walk.outcome?.reason).toBe("aborted");
});

test("a clone waits for the rate limit that its original has seen, sync and async", async () => {
  await using server = await startMockServer({ items: 10, rateLimit: { requests: 1, windowMs: 300 } });
  const options = { baseURL: server.url, apiKey: server.apiKey, maxRetries: 0, pace: "auto" } as const;
  for (const client of [new Anthropic(options), new AsyncAnthropic(options)]) {
    await waitForWindow();
    await client.models.list();
    await client.withOptions({ timeout: 5000 }).models.list();
    await client.withOptions({ timeout: 5000 }).withOptions({ maxRetries: 0 }).models.list();
  }
  expect((await server.requests()).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
});

/** Until the window that another client used up has ended. */
function waitForWindow(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 350);
  });
}

test("a clone with other credentials or another host has a rate limit of its own", async () => {
  const reset = new Date(Date.now() + 60_000).toISOString();
  const fetch = async () =>
    Response.json(
      { data: [] },
      {
        headers: {
          "anthropic-ratelimit-requests-remaining": "0",
          "anthropic-ratelimit-requests-reset": reset,
        },
      },
    );
  const client = new AsyncAnthropic({ apiKey: "one", fetch, pace: "auto" });
  await client.models.list();
  stopTimers();
  await client.withOptions({ apiKey: "two" }).models.list();
  await client.withOptions({ authToken: "two" }).models.list();
  await client.withOptions({ baseURL: "https://other.test" }).models.list();
});
