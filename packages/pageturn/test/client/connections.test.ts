import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Anthropic, SyncPage, SyncPageCursor } from "pageturn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startFaultServerThread, type ThreadedFaultServer } from "../http/fault-server-thread.ts";

let server: ThreadedFaultServer;
beforeAll(async () => {
  server = await startFaultServerThread();
});
afterAll(() => server.close());

/** How many connections the server has seen, this request's included. */
function connections(client: Anthropic): number {
  return Number(client.getAPIList("/ok", SyncPage).response.headers.get("x-connections"));
}

/** How many of them are open. */
function open(client: Anthropic): number {
  return Number(client.getAPIList("/ok", SyncPage).response.headers.get("x-open"));
}

const make = (baseURL = server.origin) => new Anthropic({ baseURL, apiKey: "key", maxRetries: 0 });

test("close() of one sync client leaves the connections of the others open", () => {
  const [one, other] = [make(), make()];
  connections(one);
  const before = connections(other);
  one.close();
  expect(connections(other)).toBe(before);
  expect(connections(one)).toBe(before + 1);
  expect(connections(other)).toBe(before + 1);
  one.close();
  other.close();
});

test("a clone shares the connections of its client, and close() of either closes them", () => {
  const client = make();
  const before = connections(client);
  const clone = client.withOptions({ timeout: 5000 });
  expect(connections(clone)).toBe(before);
  clone.close();
  expect(connections(client)).toBe(before + 1);
  expect(connections(clone)).toBe(before + 1);
  client.close();
});

test("a client for every call does not run out of sockets: those unused for longest are closed", async () => {
  const { origin, close } = await startFaultServerThread();
  const watcher = make(origin);
  // Kept, so that no garbage collection closes their connections.
  const clients = Array.from({ length: 60 }, () => make(origin));
  for (const client of clients) {
    connections(client);
    open(watcher);
  }
  expect(open(watcher)).toBeLessThanOrEqual(34);
  expect(connections(watcher)).toBe(61);
  // One that was closed works again, and the watcher, used all the time, has kept its only connection.
  expect(connections(clients[0] ?? watcher)).toBe(62);
  expect(connections(watcher)).toBe(62);
  for (const client of clients) client.close();
  watcher.close();
  await close();
});

test("requests of many clients at once leave no connection behind that close() does not find", async () => {
  const { origin, close } = await startFaultServerThread();
  const clients = Array.from({ length: 40 }, () => make(origin));
  // Each fetches its second page ahead, so that all pools are busy at the same time.
  const walks = clients.map((client) =>
    client.getAPIList("/slow-second", SyncPageCursor<{ id: string }>).items({ prefetch: 1 }),
  );
  for (const walk of walks) expect(walk.next().value?.id).toBe("a");
  for (const walk of walks) expect(walk.next().value?.id).toBe("b");
  for (const client of clients) client.close();
  const watcher = make(origin);
  await expect.poll(() => open(watcher)).toBe(1);
  watcher.close();
  await close();
});

test("the connections of a client that was dropped without close() are closed", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const { origin, close } = await startFaultServerThread();
  const watcher = make(origin);
  (() => {
    for (let count = 0; count < 5; count += 1) connections(make(origin));
  })();
  expect(open(watcher)).toBe(6);
  // Idle ones would stay for half a minute.
  await expect
    .poll(
      () => {
        collect();
        return open(watcher);
      },
      { timeout: 20_000 },
    )
    .toBe(1);
  watcher.close();
  await close();
});
