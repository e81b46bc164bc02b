// Every list of the catalog can be chosen: walk and loop read it with the values that the page fills in, and the
// largest pages have the same items.
import { AsyncAnthropic } from "pageturn";
import { readCatalog } from "pageturn/catalog";
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { listChoice } from "../src/setup/list-choice.ts";
import { argumentsOf, defaults } from "../src/setup/setup.ts";
import { itemKey } from "../src/walk/item-key.ts";
import { loopURL } from "../src/walk/loop-url.ts";
import { openList, openWhole } from "../src/walk/open-list.ts";
import { plainLoop } from "../src/walk/plain-loop.ts";

const lists = readCatalog().endpoints.map(listChoice);
let server: MockServer;

beforeAll(async () => {
  server = await startMockServer({ items: 25 });
});
afterAll(() => server.close());

it.each(lists)("$id", async (list) => {
  const setup = { ...defaults, list: list.id };
  const client = new AsyncAnthropic({ baseURL: server.url, apiKey: server.apiKey });
  const whole = (await openWhole(client, { setup: { ...setup, pageSize: 1 }, list }).toArray()).map(itemKey);
  const walk = (await openList(client, { setup, list }).toArray()).map(itemKey);
  const loop: string[] = [];
  const headers = {
    "x-api-key": server.apiKey,
    "anthropic-version": "2023-06-01",
    ...(list.betaHeader.length > 0 && { "anthropic-beta": list.betaHeader.join(",") }),
  };
  const url = new URL(loopURL(argumentsOf(setup, list), list), server.url);
  for await (const item of plainLoop({ url, headers, fetch, list })) loop.push(itemKey(item));
  expect(loop).toEqual(walk);
  expect(whole).toEqual(walk);
  expect(walk.length).toBeGreaterThan(0);
  expect(new Set(walk).size).toBe(walk.length);
});
