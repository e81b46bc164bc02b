import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { APIUserAbortError } from "../../src/errors/api-error.ts";
import { ConfigurationError } from "../../src/errors/pageturn-error.ts";
import { NodeTransport } from "../../src/http/node-transport.ts";
import { send } from "../../src/http/send.ts";
import type { SyncSendOptions } from "../../src/http/sync/blocking-transport.ts";
import { SyncBridge } from "../../src/http/sync/sync-bridge.ts";
import { SyncTransport, startSyncWorker } from "../../src/http/sync/sync-transport.ts";
import type { HttpRequest } from "../../src/http/transport.ts";
import { get } from "./exchange-defaults.ts";
import { startFaultServerThread, type ThreadedFaultServer } from "./fault-server-thread.ts";

const OPTIONS: SyncSendOptions = { timeout: 10_000, maxRetries: 0, maxResponseBytes: 1_000_000 };

const sync = new SyncTransport({ asyncClient: "TheOtherClient" });
let server: ThreadedFaultServer;
beforeAll(async () => {
  server = await startFaultServerThread();
});
afterAll(async () => {
  sync.close();
  await server.close();
});

function text(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

function connections(): number {
  return JSON.parse(text(sync.send(get(`${server.origin}/log`), OPTIONS).response.body)).connections;
}

function failureOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("nothing was thrown");
}

test("an answer that nobody can ask for any more is given up", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const cancel = vi.spyOn(SyncBridge.prototype, "cancel");
  sync.start(get(`${server.origin}/ok`), OPTIONS);
  await expect
    .poll(
      () => {
        collect();
        return cancel.mock.calls.length;
      },
      { timeout: 5000 },
    )
    .toBe(1);
  cancel.mockRestore();
});

test.each([
  "/ok",
  "/gzip",
  "/brotli",
  "/large",
  "/gzip-large",
  "/empty",
  "/nowhere",
  "/corrupt-gzip",
  "/302?to=/ok?x=1",
])("%s is answered to a synchronous caller as to an asynchronous one", async (path) => {
  const transport = new NodeTransport();
  const request = get(server.origin + path);
  const later = await send(transport, request, OPTIONS);
  const now = sync.send(request, OPTIONS);
  expect(now.url).toBe(later.url);
  expect(now.response.status).toBe(later.response.status);
  expect(now.response.undecodable).toBe(later.response.undecodable);
  expect(text(now.response.body)).toBe(text(later.response.body));
  expect(Object.keys(now.response.headers)).toEqual(Object.keys(later.response.headers));
  await transport.close();
});

const failing: readonly [path: string, options: Partial<SyncSendOptions>][] = [
  ["/reset", {}],
  ["/cut-headers", {}],
  ["/cut-body", {}],
  ["/garbage", {}],
  ["/bomb", {}],
  ["/large", { maxResponseBytes: 1000 }],
  ["/never", { timeout: 40 }],
  ["/trickle", { timeout: 40 }],
  ["/flaky?fail=9&reset", { maxRetries: 1 }],
];

test.each(failing)("%s fails with the same class and message for both", async (path, changes) => {
  const transport = new NodeTransport();
  const request = get(server.origin + path);
  const options = { ...OPTIONS, ...changes };
  const later: unknown = await send(transport, request, options).catch((reason: unknown) => reason);
  const now = failureOf(() => sync.send(request, options));
  if (!(later instanceof Error)) throw new Error("nothing was thrown");
  expect(now.constructor).toBe(later.constructor);
  expect(now.message).toBe(later.message);
  expect(now).toMatchObject({ request: { method: "GET", url: request.url } });
  await transport.close();
});

test("a fault in a program reaches a synchronous caller as itself, with the stack of where it arose", () => {
  const started = performance.now();
  const error = failureOf(() =>
    sync.send({ ...get(`${server.origin}/ok`), url: "http://" }, { ...OPTIONS, maxRetries: 9 }),
  );
  expect(error.constructor).toBe(TypeError);
  expect(error).toMatchObject({ name: "TypeError", message: "Invalid URL", code: "ERR_INVALID_URL" });
  expect(error.stack).toMatch(/node-transport/);
  const refused = failureOf(() =>
    sync.send({ ...get(`${server.origin}/ok`), method: "G ET" }, { ...OPTIONS, maxRetries: 9 }),
  );
  expect(refused).toMatchObject({ name: "TypeError", code: "ERR_INVALID_HTTP_TOKEN" });
  // With the waits of nine retries each, it would be more than 70 seconds.
  expect(performance.now() - started).toBeLessThan(60_000);
});

test("a retry happens on the worker", () => {
  const result = sync.send(get(`${server.origin}/flaky?fail=1&sync`), { ...OPTIONS, maxRetries: 1 });
  expect(result).toMatchObject({ retries: 1, response: { status: 200 } });
});

test("the stack of an error begins at the caller's line", () => {
  function theCaller(): void {
    sync.send(get(`${server.origin}/reset`), OPTIONS);
  }
  const { stack } = failureOf(theCaller);
  expect(stack?.split("\n    at ")[1]).toMatch(/theCaller.*sync-transport\.test\.ts/);
  const started = sync.start(get(`${server.origin}/reset`), OPTIONS);
  const waited = failureOf(function theWaiter() {
    started.wait();
  });
  expect(waited.stack?.split("\n    at ")[1]).toMatch(/theWaiter.*sync-transport\.test\.ts/);
});

test("the cause of an error keeps its message and system code", () => {
  const error = failureOf(() => sync.send(get("http://127.0.0.1:1/"), OPTIONS));
  expect(error.message).toMatch(/connect ECONNREFUSED/);
  expect(error.cause).toMatchObject({ code: "ECONNREFUSED" });
});

test("fifty requests travel on one connection", () => {
  const before = connections();
  for (let i = 0; i < 50; i += 1) sync.send(get(`${server.origin}/ok`), OPTIONS);
  expect(connections()).toBe(before);
});

test("requests travel while the caller works, and are taken in any order", () => {
  const first = sync.start(get(`${server.origin}/ok?1`), OPTIONS);
  const second = sync.start(get(`${server.origin}/ok?2`), OPTIONS);
  expect(second.wait().url).toBe(`${server.origin}/ok?2`);
  expect(first.wait().url).toBe(`${server.origin}/ok?1`);
  expect(first.wait()).toBe(first.wait());
});

test("an error is thrown each time it is waited for", () => {
  const exchange = sync.start(get(`${server.origin}/reset`), OPTIONS);
  expect(failureOf(() => exchange.wait()).message).toBe(failureOf(() => exchange.wait()).message);
});

test("a request that was given up is gone, at once and on the server", () => {
  const exchange = sync.start(get(`${server.origin}/never?given-up`), { ...OPTIONS, timeout: 0 });
  exchange.cancel();
  const error = failureOf(() => exchange.wait());
  expect(error).toBeInstanceOf(APIUserAbortError);
  expect(error.message).toMatch(/^GET .*\/never\?given-up was aborted/);
  exchange.cancel();
});

test("giving up what has been taken changes nothing", () => {
  const exchange = sync.start(get(`${server.origin}/ok`), OPTIONS);
  const result = exchange.wait();
  exchange.cancel();
  expect(exchange.wait()).toBe(result);
});

test("close() ends idle connections, and a later request works", () => {
  const before = connections();
  sync.close();
  sync.close();
  expect(connections()).toBe(before + 1);
});

test("close() leaves the connections of other transports alone", () => {
  const other = new SyncTransport();
  const count = (transport: SyncTransport): number =>
    JSON.parse(text(transport.send(get(`${server.origin}/log`), OPTIONS).response.body)).connections;
  count(sync);
  const before = count(other);
  sync.close();
  expect(count(other)).toBe(before);
  expect(count(sync)).toBe(before + 1);
  other.close();
});

test("a header that HTTP cannot carry is found before the worker is asked", () => {
  const request = get(`${server.origin}/ok`, { "x-api-key": "sk\n" });
  expect(failureOf(() => sync.send(request, OPTIONS))).toBeInstanceOf(ConfigurationError);
  const headers = { "x-a": (() => "1") as unknown as string };
  expect(failureOf(() => sync.send({ ...request, headers }, OPTIONS))).toBeInstanceOf(ConfigurationError);
});

test("a request body is sent", () => {
  const request: HttpRequest = { method: "POST", url: `${server.origin}/ok`, headers: {}, body: '{"a":"ä"}' };
  sync.send(request, OPTIONS);
  const log = JSON.parse(text(sync.send(get(`${server.origin}/log`), OPTIONS).response.body));
  expect(log.requests.at(-1)).toMatchObject({ method: "POST", body: '{"a":"ä"}' });
});

test("where there is no Node the error says what to use instead", () => {
  const { getBuiltinModule } = process;
  Reflect.set(process, "getBuiltinModule", undefined);
  try {
    const error = failureOf(() => startSyncWorker({ asyncClient: "TheOtherClient" }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/needs Node\.js 20\.16.*Use TheOtherClient/);
  } finally {
    Reflect.set(process, "getBuiltinModule", getBuiltinModule);
  }
});
