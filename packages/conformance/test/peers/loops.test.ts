// What the official SDK does where pageturn makes a promise, and Stripe's where the official one is right: the second column of the
// table at the top of the README.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Anthropic from "@anthropic-ai/sdk";
import { type MockServer, startMockServer } from "pageturn/testing";
import Stripe from "stripe";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

let server: MockServer;
let sdk: Anthropic;

beforeAll(async () => {
  server = await startMockServer();
  sdk = new Anthropic({ baseURL: server.url, apiKey: server.apiKey, maxRetries: 0 });
});
beforeEach(async () => {
  await server.setScript([]);
  await server.clearRequests();
});
afterAll(() => server.close());

/** Counts the items of a loop over 50 models, at most 500. */
async function countModels(): Promise<number> {
  let count = 0;
  for await (const _ of sdk.models.list({ limit: 20 })) if (++count === 500) break;
  return count;
}

async function iterator() {
  return (await sdk.models.list({ limit: 20 }))[Symbol.asyncIterator]();
}

test("a cursor that repeats is an endless loop", async () => {
  await server.setScript([{ fault: "repeatCursor", times: "always" }]);
  expect(await countModels()).toBe(500);
});

test("an empty page in the middle ends the list", async () => {
  await server.setScript([{ fault: "emptyPage", page: 2 }]);
  expect(await countModels()).toBe(20);
});

test("a list that announces more and sends no cursor ends as if it were complete", async () => {
  await server.setScript([
    { fault: "setFields", fields: { has_more: true, last_id: null }, page: 2, times: "always" },
  ]);
  expect(await countModels()).toBe(40);
});

test("after a failed page the iterator reports that it is done", async () => {
  await server.setScript([{ fault: "status", status: 400, page: 2 }]);
  const items = await iterator();
  for (let taken = 0; taken < 20; taken += 1) await items.next();
  await expect(items.next()).rejects.toThrow("400");
  expect(await items.next()).toEqual({ value: undefined, done: true });
});

test("concurrent next() calls on a list of Stripe return the first item each", async () => {
  const api = createServer(({ url = "" }, response) => {
    const start = Number(new URL(url, "http://localhost").searchParams.get("starting_after") ?? 0);
    const data = [start + 1, start + 2].map((id) => ({ id: String(id), object: "customer" }));
    const list = { object: "list", data, has_more: start < 4, url: "/v1/customers" };
    response.setHeader("content-type", "application/json").end(JSON.stringify(list));
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  // The cast: a server that listens on a port has such an address.
  const { port } = api.address() as AddressInfo;
  const stripe = new Stripe("sk_test_x", { host: "127.0.0.1", port, protocol: "http", telemetry: false });
  const items = stripe.customers.list({ limit: 2 })[Symbol.asyncIterator]();
  const results = await Promise.all(Array.from({ length: 6 }, () => items.next()));
  expect(results.map(({ value }) => value?.id)).toEqual(["1", "1", "1", "1", "1", "1"]);
  api.closeAllConnections();
  api.close();
});

test("neither the iterator nor an error of it has a position to continue from", async () => {
  await server.setScript([{ fault: "status", status: 400, page: 2 }]);
  const items = await iterator();
  for (let taken = 0; taken < 20; taken += 1) await items.next();
  const error: unknown = await items.next().catch((reason: unknown) => reason);
  expect(items).not.toHaveProperty("checkpoint");
  expect(error).not.toHaveProperty("checkpoint");
});

test("a redirect to another host is followed, without the key, and its items are returned", async () => {
  const keys: unknown[] = [];
  const other = createServer((request, response) => {
    keys.push(request.headers["x-api-key"] ?? request.headers.authorization);
    response.setHeader("content-type", "application/json").end('{"data":[{"id":"theirs"}],"has_more":false}');
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  // The cast: a server that listens on a port has such an address.
  const { port } = other.address() as AddressInfo;
  await server.setScript([
    { fault: "status", status: 307, headers: { location: `http://127.0.0.1:${port}/` } },
  ]);
  expect((await sdk.models.list()).data).toEqual([{ id: "theirs" }]);
  expect(keys).toEqual([undefined]);
  other.closeAllConnections();
  other.close();
});

test("return() waits for the request under way", async () => {
  await server.setScript([{ fault: "never", page: 2 }]);
  const items = await iterator();
  for (let taken = 0; taken < 20; taken += 1) await items.next();
  const underWay = items.next();
  underWay.catch(() => undefined);
  const left = items.return?.(undefined).then(() => "left");
  const waiting = new Promise((resolve) => setTimeout(() => resolve("waiting"), 200));
  expect(await Promise.race([left, waiting])).toBe("waiting");
});

test("nothing says whether the list was complete", async () => {
  const items = await iterator();
  for (let taken = 0; taken < 51; taken += 1) await items.next();
  expect(items).not.toHaveProperty("outcome");
});
