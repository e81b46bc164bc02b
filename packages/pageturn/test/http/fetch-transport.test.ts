import { expect, test, vi } from "vitest";
import {
  APIConnectionError,
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
} from "../../src/errors/api-error.ts";
import { ConfigurationError } from "../../src/errors/pageturn-error.ts";
import { FetchTransport } from "../../src/http/fetch-transport.ts";
import { send } from "../../src/http/send.ts";
import { get } from "./exchange-defaults.ts";

const REQUEST = get("https://api.test/v1/models", { "x-api-key": "sk-ant-secret" });
const BOUNDS = { timeout: 0, maxResponseBytes: 1000 };

test("the given fetch is used, with a redirect mode that keeps credentials at home", async () => {
  const fetch = vi.fn(async () => new Response("[]", { status: 418, headers: { "X-A": "1" } }));
  const response = await new FetchTransport({ fetch }).attempt(REQUEST, BOUNDS);
  expect(response).toMatchObject({ status: 418, headers: { "x-a": "1" } });
  expect(fetch).toHaveBeenCalledExactlyOnceWith(
    REQUEST.url,
    expect.objectContaining({ method: "GET", headers: REQUEST.headers, redirect: "manual" }),
  );
});

test("the global fetch is looked up when it is needed", async () => {
  const transport = new FetchTransport();
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("{}"));
  expect((await transport.attempt(REQUEST, BOUNDS)).body).toEqual(new TextEncoder().encode("{}"));
  spy.mockRestore();
});

test("a runtime without fetch is named, with the remedy, and the request is not sent again", async () => {
  vi.stubGlobal("fetch", undefined);
  const sent = send(new FetchTransport(), REQUEST, { ...BOUNDS, maxRetries: 2 });
  await expect(sent).rejects.toThrow(ConfigurationError);
  await expect(sent).rejects.toThrow(
    /no fetch: pass the option fetch\. .* in Jest with jsdom with .*"node", "node-addons"/,
  );
  vi.unstubAllGlobals();
});

test("a fetch that never settles and ignores its signal does not hold an attempt up", async () => {
  const transport = new FetchTransport({ fetch: () => new Promise(() => undefined) });
  await expect(transport.attempt(REQUEST, { ...BOUNDS, timeout: 5 })).rejects.toThrow(APITimeoutError);
  const controller = new AbortController();
  const attempt = transport.attempt(REQUEST, { ...BOUNDS, signal: controller.signal });
  controller.abort();
  await expect(attempt).rejects.toThrow(APIUserAbortError);
});

test("a fetch that throws at once is a connection error with its cause", async () => {
  const cause = new TypeError("fetch failed", {
    cause: new AggregateError([Object.assign(new Error("no"), { code: "ECONNREFUSED" })]),
  });
  const transport = new FetchTransport({
    fetch: () => {
      throw cause;
    },
  });
  const attempt = transport.attempt(REQUEST, BOUNDS);
  await expect(attempt).rejects.toThrow(/^no \(ECONNREFUSED\)\. Check the base URL/);
  await expect(attempt).rejects.toMatchObject({
    name: "APIConnectionError",
    cause: { name: "TypeError", message: "fetch failed", code: "ECONNREFUSED", stack: cause.stack },
  });
});

test("a TypeError of the caller's own fetch is neither retried nor called a connection error", async () => {
  const fault = new TypeError("Cannot read properties of undefined (reading 'token')");
  const fetch = vi.fn(() => {
    throw fault;
  });
  const sent = send(new FetchTransport({ fetch }), REQUEST, { ...BOUNDS, maxRetries: 2 });
  expect(await sent.catch((reason: unknown) => reason)).toBe(fault);
  expect(fetch).toHaveBeenCalledOnce();
});

test("a fetch that returns no response fails with the TypeError itself", async () => {
  // The cast: what a program without types would pass.
  const fetch = vi.fn(async () => undefined as never);
  const sent = send(new FetchTransport({ fetch }), REQUEST, { ...BOUNDS, maxRetries: 2 });
  await expect(sent).rejects.toThrow(TypeError);
  expect(fetch).toHaveBeenCalledOnce();
});

test("a fetch that throws something else than an error is a connection error too", async () => {
  const transport = new FetchTransport({ fetch: () => Promise.reject("no network") });
  await expect(transport.attempt(REQUEST, BOUNDS)).rejects.toThrow(/^no network\. Check/);
});

test("an opaque redirect is handed on with the status that a browser shows", async () => {
  const hidden = Object.defineProperties(new Response(), {
    type: { value: "opaqueredirect" },
    status: { value: 0 },
  });
  const transport = new FetchTransport({ fetch: async () => hidden });
  const response = await transport.attempt(REQUEST, BOUNDS);
  expect(response).toEqual({ status: 0, headers: {}, body: new Uint8Array(0) });
});

test("a stream that never ends is cancelled at the limit", async () => {
  const cancel = vi.fn();
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(600)),
    cancel,
  });
  const transport = new FetchTransport({ fetch: async () => new Response(body) });
  await expect(transport.attempt(REQUEST, BOUNDS)).rejects.toThrow(APIResponseTooLargeError);
  expect(cancel).toHaveBeenCalledOnce();
});

test("a stream that stalls is cancelled by the timeout, also where fetch ignores its signal", async () => {
  const cancel = vi.fn();
  const body = new ReadableStream({ cancel });
  const transport = new FetchTransport({ fetch: async () => new Response(body) });
  await expect(transport.attempt(REQUEST, { ...BOUNDS, timeout: 5 })).rejects.toThrow(APITimeoutError);
  expect(cancel).toHaveBeenCalledOnce();
});

test("a stream that breaks off is a connection error", async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
  const transport = new FetchTransport({ fetch: async () => new Response(body) });
  await expect(transport.attempt(REQUEST, BOUNDS)).rejects.toThrow(APIConnectionError);
});
