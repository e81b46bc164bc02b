import { spawnSync } from "node:child_process";
import { tracingChannel } from "node:diagnostics_channel";
import { join } from "node:path";
import { inspect } from "node:util";
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

/** What began and did not end, and what ended twice. */
function unbalanced(): string[] {
  const contexts = new Map<Context, string[]>();
  for (const { name, context } of events) {
    const [operation = "", event = ""] = name.split(" ");
    if (!contexts.has(context)) contexts.set(context, [operation]);
    contexts.get(context)?.push(event);
  }
  return [...contexts.values()]
    .map(([operation, ...names]) => [operation, ...names.filter((name) => name !== "error")].join(" "))
    .filter((all) => !all.endsWith(" start end") || all.split(" ").length !== 3);
}

const named = (...names: readonly string[]) => events.filter(({ name }) => names.includes(name));

test("every operation of a sync walk with prefetch ends, and belongs to its walk, also where the walk is left", async () => {
  subscribe("request", "retry", "page", "walk");
  const client = new Anthropic(options());
  for (const _ of client.models.list({ limit: 20 }).items({ prefetch: 1 })) break;
  expect(unbalanced()).toEqual([]);
  events = [];
  expect([...client.models.list({ limit: 20 }).items({ prefetch: 1 })]).toHaveLength(25);
  expect(unbalanced()).toEqual([]);
  const [walk] = named("walk start");
  const [, page] = named("page start");
  const [, request] = named("request start");
  expect(page?.context.parent).toBe(walk?.context);
  expect(request?.context.parent).toBe(page?.context);
});

test("a sync walk that is left ends the page that was fetched ahead with the error of a caller who left", () => {
  subscribe("request", "page");
  for (const _ of new Anthropic(options()).models.list({ limit: 20 }).items({ prefetch: 1 })) break;
  expect(
    named("request error", "page error").map(({ name, context }) => `${name} ${context["error"]}`),
  ).toEqual([
    expect.stringContaining("request error APIUserAbortError"),
    expect.stringContaining("page error APIUserAbortError"),
  ]);
});

const KEYS = {
  "a key that cannot be sent": { keys: ["a\nb"], error: "ConfigurationError" },
  "the same key after a 401": { keys: ["wrong", "wrong"], error: "AuthenticationError" },
  "a failure to give a second key": { keys: ["wrong"], error: "MissingCredentialsError" },
  "a second key that cannot be sent": { keys: ["wrong", "a\nb"], error: "ConfigurationError" },
};

for (const [name, { keys, error }] of Object.entries(KEYS)) {
  const asked = () => {
    const left = [...keys];
    return () => {
      const key = left.shift();
      if (key === undefined) throw new Error("no key");
      return key;
    };
  };
  test.for(["async", "sync"] as const)(
    `every operation ends with ${name}, %s client`,
    async (kind, { expect }) => {
      subscribe("request", "retry", "page", "walk");
      const own = { baseURL: server.url, apiKey: asked(), maxRetries: 2 };
      const failure = await (async () =>
        kind === "async"
          ? await new AsyncAnthropic(own).models.list()
          : new Anthropic(own).models.list())().catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ name: error });
      expect(unbalanced()).toEqual([]);
      const sent = keys.includes("wrong") ? ["request start", "request end", "retry start"] : [];
      const after = sent.length === 0 ? [] : [...(keys[1] === "wrong" ? [] : ["retry error"]), "retry end"];
      expect(events.map((each) => each.name)).toEqual([
        "page start",
        ...sent,
        ...after,
        "page error",
        "page end",
      ]);
    },
  );
}

test("a request ends where `fetch` returns what is no response", async () => {
  subscribe("request", "retry", "page", "walk");
  // The cast: what a program without types may pass.
  const fetch = (async () => ({})) as unknown as typeof globalThis.fetch;
  await expect(new AsyncAnthropic({ ...options(), fetch }).models.list()).rejects.toThrow();
  expect(unbalanced()).toEqual([]);
  const [request] = named("request error");
  expect(request?.context).toMatchObject({ error: expect.any(Error), durationMs: expect.any(Number) });
});

test("a wait that succeeds after a failed connection has no error", async () => {
  await server.setScript([{ fault: "reset", at: "beforeHeaders", page: 1 }]);
  subscribe("request", "retry", "page", "walk");
  await new AsyncAnthropic(options()).models.list();
  expect(unbalanced()).toEqual([]);
  expect(named("request error", "retry error").map(({ name }) => name)).toEqual(["request error"]);
  expect(named("retry start")[0]?.context).not.toHaveProperty("error");
});

test("a request that is aborted before it is sent is not published", async () => {
  subscribe("request", "retry");
  const before = new AbortController();
  before.abort();
  const list = (signal: AbortSignal) => new AsyncAnthropic(options()).models.list({ limit: 20 }, { signal });
  await expect(list(before.signal)).rejects.toThrow(/signal fired/);
  expect(events).toEqual([]);
  await server.setScript([{ fault: "status", status: 529, headers: { "retry-after": "60" }, page: 1 }]);
  const during = new AbortController();
  const channel = tracingChannel<unknown, Context>("pageturn:retry");
  const abort = () => queueMicrotask(() => during.abort());
  channel.start.subscribe(abort);
  await expect(list(during.signal)).rejects.toThrow(/signal fired/);
  channel.start.unsubscribe(abort);
  expect(events.map(({ name }) => name)).toEqual([
    ...["request start", "request end"],
    ...["retry start", "retry error", "retry end"],
  ]);
});

test("the checkpoint of an error in an event holds no value of a parameter that may be a credential", async () => {
  await server.setScript([{ fault: "status", status: 400, page: 2 }]);
  subscribe("walk");
  const list = new AsyncAnthropic(options()).models.list({ limit: 20 }, { query: { token: "q-SECRET2" } });
  await expect(list.toArray()).rejects.toThrow(/400/);
  const { error } = named("walk error")[0]?.context ?? {};
  expect(error).toHaveProperty("checkpoint");
  expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain("SECRET2");
});

test("a request belongs to the walk where nobody listens to pages", async () => {
  subscribe("request", "walk");
  await new AsyncAnthropic(options()).models.list({ limit: 20 }).toArray();
  expect(named("request start")[1]?.context.parent).toBe(named("walk start")[0]?.context);
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
