// What the official SDK does where pageturn makes a promise: the second column of the table at the top of the README.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Anthropic from "@anthropic-ai/sdk";
import { type MockServer, startMockServer } from "pageturn/testing";
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

test("concurrent next() calls return each item once", async () => {
  const items = await iterator();
  const results = await Promise.all(Array.from({ length: 50 }, () => items.next()));
  expect(new Set(results.map(({ value }) => value?.id)).size).toBe(50);
});

test("neither the iterator nor an error of it has a position to continue from", async () => {
  await server.setScript([{ fault: "status", status: 400, page: 2 }]);
  const items = await iterator();
  for (let taken = 0; taken < 20; taken += 1) await items.next();
  const error: unknown = await items.next().catch((reason: unknown) => reason);
  expect(items).not.toHaveProperty("checkpoint");
  expect(error).not.toHaveProperty("checkpoint");
});

test("a redirect to another host is followed, without the key", async () => {
  const keys: unknown[] = [];
  const other = createServer((request, response) => {
    keys.push(request.headers["x-api-key"] ?? request.headers.authorization);
    response.setHeader("content-type", "application/json").end('{"data":[],"has_more":false}');
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  // The cast: a server that listens on a port has such an address.
  const { port } = other.address() as AddressInfo;
  await server.setScript([
    { fault: "status", status: 307, headers: { location: `http://127.0.0.1:${port}/` } },
  ]);
  expect((await sdk.models.list()).data).toEqual([]);
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
