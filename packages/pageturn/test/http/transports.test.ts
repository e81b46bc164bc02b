import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  APIConnectionError,
  APIResponseTooLargeError,
  APITimeoutError,
  APIUserAbortError,
} from "../../src/errors/api-error.ts";
import { FetchTransport } from "../../src/http/fetch-transport.ts";
import { NodeTransport } from "../../src/http/node-transport.ts";
import type { Transport } from "../../src/http/transport.ts";
import { get } from "./exchange-defaults.ts";
import { type FaultServer, startFaultServer } from "./fault-server.ts";

const BOUNDS = { timeout: 10_000, maxResponseBytes: 1_000_000 };
const LIST = { data: [{ id: "a" }, { id: "ä" }], has_more: false };

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(async () => {
  await server.close();
});

function json(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}

const kinds: readonly [name: string, make: () => Transport][] = [
  ["NodeTransport", () => new NodeTransport()],
  ["FetchTransport", () => new FetchTransport()],
];

describe.each(kinds)("%s", (_, make) => {
  let transport: Transport;
  beforeAll(() => {
    transport = make();
  });
  afterAll(() => transport.close());

  async function failureOf(path: string, bounds: object = {}): Promise<Error> {
    const attempt = transport.attempt(get(server.origin + path), { ...BOUNDS, ...bounds });
    const error: unknown = await attempt.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error)) throw new Error(`${path} was answered`);
    return error;
  }

  test("an answer arrives with its status, headers and body", async () => {
    const response = await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
    expect(response.status).toBe(200);
    expect(response.headers["request-id"]).toBe("req_1");
    expect(json(response.body)).toEqual(LIST);
  });

  test("a request arrives with its method, headers, query and body", async () => {
    await transport.attempt(
      { method: "POST", url: `${server.origin}/ok?k%5B%5D=a`, headers: { "x-a": "1" }, body: '{"a":"ä"}' },
      BOUNDS,
    );
    const seen = server.requests.at(-1);
    expect(seen).toMatchObject({ method: "POST", url: "/ok?k%5B%5D=a", body: '{"a":"ä"}' });
    expect(seen?.headers).toMatchObject({ "x-a": "1" });
    expect(String(seen?.headers["accept-encoding"])).toContain("gzip");
  });

  test.each(["/gzip", "/brotli", "/twice", "/early-hints"])("%s is decoded", async (path) => {
    expect(json((await transport.attempt(get(server.origin + path), BOUNDS)).body)).toEqual(LIST);
  });

  test.each(["/large", "/gzip-large"])("%s, a body of many chunks, is put together", async (path) => {
    const { body } = await transport.attempt(get(server.origin + path), BOUNDS);
    expect(json(body)).toMatchObject({ data: { length: 20_000 } });
  });

  test("an empty answer has an empty body", async () => {
    const response = await transport.attempt(get(`${server.origin}/empty`), BOUNDS);
    expect([response.status, response.body.byteLength]).toEqual([204, 0]);
  });

  test.each(["/large", "/gzip-large", "/bomb"])(
    "%s is refused where it is larger than allowed",
    async (path) => {
      const error = await failureOf(path, { maxResponseBytes: 100_000 });
      expect(error).toBeInstanceOf(APIResponseTooLargeError);
      expect(error.message).toMatch(/larger than 100000 bytes.*`maxResponseBytes`/);
    },
  );

  test("a body of exactly the allowed size passes", async () => {
    const size = new TextEncoder().encode(JSON.stringify(LIST)).byteLength;
    await transport.attempt(get(`${server.origin}/gzip`), { ...BOUNDS, maxResponseBytes: size });
    const error = await failureOf("/gzip", { maxResponseBytes: size - 1 });
    expect(error).toBeInstanceOf(APIResponseTooLargeError);
  });

  test.each([
    "/reset",
    "/close-before",
    "/cut-headers",
    "/garbage",
    "/cut-body",
    "/cut-chunks",
    "/reset-body",
  ])("%s is a connection error, never an answer", async (path) => {
    const error = await failureOf(path);
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error).not.toBeInstanceOf(APITimeoutError);
    expect(error).toMatchObject({ request: { method: "GET", url: server.origin + path } });
  });

  test("a body that is not in the encoding its header names is an answer without a body, and says why", async () => {
    const response = await transport.attempt(get(`${server.origin}/corrupt-gzip`), BOUNDS);
    expect(response).toMatchObject({ status: 200, undecodable: "incorrect header check" });
    expect(response.headers["content-encoding"]).toBe("gzip");
    expect(response.body.byteLength).toBe(0);
  });

  test("a refused connection is named by its code", async () => {
    // Nothing listens on port 2. Another process could take a port that was in use a moment ago.
    const attempt = transport.attempt(get("http://127.0.0.1:2/ok"), BOUNDS);
    await expect(attempt).rejects.toThrow(/connect ECONNREFUSED .*\. Check the base URL/);
    await expect(attempt).rejects.toMatchObject({ name: "APIConnectionError", cause: expect.any(Error) });
  });

  test.each(["/never", "/half", "/trickle"])(
    "%s ends with the timeout, which covers the body",
    async (path) => {
      const error = await failureOf(path, { timeout: 60 });
      expect(error).toBeInstanceOf(APITimeoutError);
      expect(error.message).toMatch(/within 60 ms\. Raise `timeout`/);
    },
  );

  // These answers do not end by themselves.
  test.each(["/never", "/half", "/trickle"])("a signal ends %s", async (path) => {
    const controller = new AbortController();
    const count = server.requests.length;
    const failed = failureOf(path, { signal: controller.signal });
    await expect.poll(() => server.requests.length, { interval: 1 }).toBe(count + 1);
    controller.abort(new Error("changed my mind"));
    const error = await failed;
    expect(error).toBeInstanceOf(APIUserAbortError);
    expect(error.cause).toMatchObject({ message: "changed my mind" });
  });

  test("a signal that has fired before lets no request out", async () => {
    const count = server.requests.length;
    expect(await failureOf("/ok", { signal: AbortSignal.abort() })).toBeInstanceOf(APIUserAbortError);
    expect(server.requests.length).toBe(count);
  });

  test("a signal is left without listeners", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = new Proxy(signal, {
      get(target, name) {
        if (name === "addEventListener") listeners += 1;
        if (name === "removeEventListener") listeners -= 1;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    await transport.attempt(get(`${server.origin}/ok`), { ...BOUNDS, signal: counted });
    expect(listeners).toBe(0);
  });

  test("a redirect is handed on, not followed", async () => {
    const response = await transport.attempt(get(`${server.origin}/302?to=/ok`), BOUNDS);
    expect(response.status).toBe(302);
    expect(response.headers["location"]).toBe("/ok");
  });
});
