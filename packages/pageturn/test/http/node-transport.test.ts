import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import {
  APIConnectionError,
  APIResponseTooLargeError,
  APIUserAbortError,
} from "../../src/errors/api-error.ts";
import { ConfigurationError } from "../../src/errors/pageturn-error.ts";
import { NodeTransport } from "../../src/http/node-transport.ts";
import { send } from "../../src/http/send.ts";
import { get } from "./exchange-defaults.ts";
import { type FaultServer, startFaultServer } from "./fault-server.ts";
import { startProxyServer } from "./proxy-server.ts";

const BOUNDS = { timeout: 10_000, maxResponseBytes: 1_000_000 };

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());
afterEach(() => {
  vi.unstubAllEnvs();
});

test("fifty requests, one after the other, travel on one connection", async () => {
  const transport = new NodeTransport();
  const before = server.connections();
  for (let i = 0; i < 50; i += 1) await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
  expect(server.connections()).toBe(before + 1);
  await transport.close();
});

test("close() ends idle connections, and the transport works on", async () => {
  const transport = new NodeTransport();
  await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
  expect(await server.open()).toBeGreaterThan(0);
  await transport.close();
  await expect.poll(() => server.open(), { interval: 1 }).toBe(0);
  expect((await transport.attempt(get(`${server.origin}/ok`), BOUNDS)).status).toBe(200);
  await transport.close();
  await transport.close();
});

test("close() lets a request under way finish", async () => {
  const transport = new NodeTransport();
  const attempt = transport.attempt(get(`${server.origin}/gzip-large`), BOUNDS);
  await transport.close();
  expect((await attempt).status).toBe(200);
});

test("a kept connection that the server has closed is a connection error, and the next attempt works", async () => {
  const transport = new NodeTransport();
  await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
  await expect(transport.attempt(get(`${server.origin}/close-before`), BOUNDS)).rejects.toThrow(
    APIConnectionError,
  );
  expect((await transport.attempt(get(`${server.origin}/ok`), BOUNDS)).status).toBe(200);
  await transport.close();
});

test.each(["/cut-gzip", "/cut-brotli"])("%s is a connection error, never half an answer", async (path) => {
  const transport = new NodeTransport();
  await expect(transport.attempt(get(server.origin + path), BOUNDS)).rejects.toThrow(
    /unexpected end of file/,
  );
  await transport.close();
});

test("a content encoding that was not requested is an answer that cannot be decoded", async () => {
  const transport = new NodeTransport();
  const response = await transport.attempt(get(`${server.origin}/unknown-encoding`), BOUNDS);
  expect(response).toMatchObject({
    status: 200,
    undecodable: expect.stringMatching(/^only gzip, br(?:, zstd)? can be decoded$/),
  });
  await transport.close();
});

test("a body that only says it is encoded is bounded all the same", async () => {
  const transport = new NodeTransport();
  const size = (await transport.attempt(get(`${server.origin}/identity`), BOUNDS)).body.byteLength;
  const attempt = transport.attempt(get(`${server.origin}/identity`), {
    timeout: 10_000,
    maxResponseBytes: size - 1,
  });
  await expect(attempt).rejects.toThrow(APIResponseTooLargeError);
  await transport.close();
});

test("the caller's own accept-encoding is kept", async () => {
  const transport = new NodeTransport();
  await transport.attempt(get(`${server.origin}/ok`, { "accept-encoding": "identity" }), BOUNDS);
  expect(server.requests.at(-1)?.headers["accept-encoding"]).toBe("identity");
  await transport.close();
});

test("a signal ends an attempt whose connection is still being made", async () => {
  const transport = new NodeTransport();
  const controller = new AbortController();
  const count = server.requests.length;
  const signal = controller.signal;
  const attempt = transport.attempt(get(`${server.origin}/ok?aborted`), { ...BOUNDS, signal });
  controller.abort();
  await expect(attempt).rejects.toThrow(APIUserAbortError);
  await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
  expect(server.requests.slice(count).map((seen) => seen.url)).toEqual(["/ok"]);
  await transport.close();
});

test("plain requests go through the proxy of the environment, NO_PROXY hosts do not", async () => {
  const proxy = await startProxyServer();
  vi.stubEnv("HTTP_PROXY", proxy.url);
  const transport = new NodeTransport();
  const response = await transport.attempt(get(`${server.origin}/gzip`), BOUNDS);
  expect(new TextDecoder().decode(response.body)).toContain("ä");
  expect(proxy.asked).toEqual([`GET ${server.origin}/gzip`]);
  vi.stubEnv("NO_PROXY", "127.0.0.1");
  await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
  expect(proxy.asked.length).toBe(1);
  await transport.close();
  await proxy.close();
});

test("https asks the proxy of the environment for a tunnel", async () => {
  const proxy = await startProxyServer();
  vi.stubEnv("https_proxy", proxy.url);
  const transport = new NodeTransport();
  const secure = server.origin.replace("http:", "https:");
  // The server speaks no TLS: the tunnel is made, then the handshake fails.
  await expect(transport.attempt(get(`${secure}/ok`), BOUNDS)).rejects.toThrow(APIConnectionError);
  expect(proxy.asked).toEqual([`CONNECT ${new URL(server.origin).host}`]);
  await transport.close();
  await proxy.close();
});

test("a proxy variable that is no URL is named, and the password in it is not shown", async () => {
  vi.stubEnv("HTTPS_PROXY", "http://user:hunter2@:::");
  const attempt = new NodeTransport().attempt(get(`${server.origin}/ok`), BOUNDS);
  const error: unknown = await attempt.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(String(error)).toContain("HTTPS_PROXY");
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("hunter2");
});

test("of several proxy variables, the one that is no URL is named: of each pair the small letters come first", async () => {
  const named = async (variables: Record<string, string>): Promise<string> => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const attempt = new NodeTransport().attempt(get(`${server.origin}/ok`), BOUNDS);
    const error: unknown = await attempt.catch((reason: unknown) => reason);
    vi.unstubAllEnvs();
    return /names in (\w+) as/.exec(String(error))?.[1] ?? "";
  };
  const [good, bad] = ["http://127.0.0.1:1", "http://:::"];
  expect(await named({ HTTP_PROXY: good, HTTPS_PROXY: bad })).toBe("HTTPS_PROXY");
  expect(await named({ http_proxy: good, HTTP_PROXY: bad, https_proxy: bad })).toBe("https_proxy");
  expect(await named({ http_proxy: "127.0.0.1:3128", HTTP_PROXY: good })).toBe("http_proxy");
});

test.each(["first", "next"])(
  "a URL that is none fails the %s attempt instead of leaving it hanging",
  async (which) => {
    const transport = new NodeTransport();
    if (which === "next") await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
    const attempt = transport.attempt(get("http://"), { ...BOUNDS, timeout: 0 });
    await expect(attempt).rejects.toMatchObject({ name: "TypeError", code: "ERR_INVALID_URL" });
    await transport.close();
  },
);

test("an argument that Node refuses is its own error, sent once and not called a connection error", async () => {
  const transport = new NodeTransport();
  const attempt = vi.spyOn(transport, "attempt");
  const request = { ...get(`${server.origin}/ok`), method: "G ET" };
  const error: unknown = await send(transport, request, { ...BOUNDS, maxRetries: 2 }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "TypeError", code: "ERR_INVALID_HTTP_TOKEN" });
  expect(attempt).toHaveBeenCalledOnce();
  await transport.close();
});

test("an attempt given up before the transport is ready sends nothing", async () => {
  const transport = new NodeTransport();
  const controller = new AbortController();
  const count = server.requests.length;
  const attempt = transport.attempt(get(`${server.origin}/ok`), { ...BOUNDS, signal: controller.signal });
  controller.abort();
  await expect(attempt).rejects.toThrow(APIUserAbortError);
  expect((await transport.attempt(get(`${server.origin}/ok`), BOUNDS)).status).toBe(200);
  expect(server.requests.length).toBe(count + 1);
  await transport.close();
});
