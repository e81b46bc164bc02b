import { spawnSync } from "node:child_process";
import { tracingChannel } from "node:diagnostics_channel";
import { join } from "node:path";
import { Anthropic, AsyncAnthropic } from "pageturn";
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buildLibrary, dist } from "../docs/build-library.ts";

interface Context {
  readonly parent?: Context;
  readonly [name: string]: unknown;
}

let server: MockServer;
let events: { readonly name: string; readonly context: Context }[] = [];
const subscribed: (() => void)[] = [];

beforeAll(async () => {
  server = await startMockServer({ items: { models: 25 }, apiKey: "sk-ant-secret" });
});
afterAll(() => server.close());
beforeEach(() => {
  events = [];
});
afterEach(async () => {
  for (const end of subscribed.splice(0)) end();
  await server.setScript([]);
});

function subscribe(...names: string[]): void {
  for (const name of names) {
    const channel = tracingChannel<unknown, Context>(`pageturn:${name}`);
    const note = (event: string) => (context: Context) => {
      events.push({ name: `${name} ${event}`, context });
    };
    const subscribers = {
      start: note("start"),
      end: () => undefined,
      asyncStart: () => undefined,
      asyncEnd: note("end"),
      error: note("error"),
    };
    channel.subscribe(subscribers);
    subscribed.push(() => channel.unsubscribe(subscribers));
  }
}

const options = () => ({ baseURL: server.url, apiKey: "sk-ant-secret", maxRetries: 1 });

test("an async walk tells of itself, of its pages and of their requests, each with what it belongs to", async () => {
  subscribe("request", "retry", "page", "walk");
  await new AsyncAnthropic(options()).models.list({ limit: 20 }).toArray();
  expect(events.map(({ name }) => name)).toEqual([
    "walk start",
    ...["page start", "request start", "request end", "page end"],
    ...["page start", "request start", "request end", "page end"],
    "walk end",
  ]);
  const [walk, page, request] = events.map(({ context }) => context);
  expect(walk).toMatchObject({ path: "/v1/models", outcome: { reason: "exhausted", items: 25, pages: 2 } });
  expect(page).toMatchObject({
    method: "GET",
    url: expect.stringContaining("/v1/models?limit=20"),
    parent: walk,
  });
  expect(request).toMatchObject({ attempt: 1, status: 200, durationMs: expect.any(Number), parent: page });
});

test("a sync walk tells the same", () => {
  subscribe("request", "page", "walk");
  expect([...new Anthropic(options()).models.list({ limit: 20 }).items()]).toHaveLength(25);
  // The first page was requested before the walk began.
  expect(events.map(({ name }) => name)).toEqual([
    ...["page start", "request start", "request end", "page end"],
    "walk start",
    ...["page start", "request start", "request end", "page end"],
    "walk end",
  ]);
});

test("the event of a retry has its wait, and that of a failure has no credentials", async () => {
  await server.setScript([
    { fault: "status", status: 529, headers: { "retry-after-ms": "5" }, page: 1 },
    { fault: "status", status: 400, message: "the key sk-ant-secret is bad", page: 2 },
  ]);
  subscribe("request", "retry", "page", "walk");
  await expect(new AsyncAnthropic(options()).models.list({ limit: 20 }).toArray()).rejects.toThrow(/400/);
  const retry = events.find(({ name }) => name === "retry start");
  expect(retry?.context).toMatchObject({ status: 529, attempt: 1, waitMs: 5 });
  expect(events.map(({ name }) => name)).toEqual([
    "walk start",
    ...[
      "page start",
      "request start",
      "request end",
      "retry start",
      "retry end",
      "request start",
      "request end",
      "page end",
    ],
    ...["page start", "request start", "request end", "page error", "page end"],
    ...["walk error", "walk end"],
  ]);
  const shown = events.map(({ context: { error } }) => (error instanceof Error ? error.message : ""));
  expect(shown.join()).toContain("400");
  expect(shown.join()).not.toContain("sk-ant-secret");
});

test("who listens to requests alone gets requests alone", async () => {
  subscribe("request");
  await new AsyncAnthropic(options()).models.list();
  expect(events.map(({ name }) => name)).toEqual(["request start", "request end"]);
});

test("nothing is loaded for subscribers where there are none", () => {
  buildLibrary();
  const program = `
    const loaded = [];
    const { getBuiltinModule } = process;
    process.getBuiltinModule = (name) => { loaded.push(name); return getBuiltinModule(name); };
    const { AsyncAnthropic } = await import(${JSON.stringify(join(dist, "pageturn.js"))});
    await new AsyncAnthropic({ apiKey: "sk-ant-secret", baseURL: ${JSON.stringify(server.url)} }).models.list();
    console.log(loaded.includes("node:async_hooks"), loaded.includes("node:diagnostics_channel"));
  `;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
  // The channels are a part of node:http, which is loaded in any case.
  expect(stdout).toBe("false true\n");
});
