import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { APIConnectionError, APITimeoutError, APIUserAbortError } from "../../src/errors/api-error.ts";
import { NodeTransport } from "../../src/http/node-transport.ts";
import { isExcepted } from "../../src/http/proxies.ts";
import { AUTHORITY, certificate } from "./certificates.ts";
import { failureOf, get } from "./exchange-defaults.ts";
import { startFaultServer } from "./fault-server.ts";
import { type ProxyServer, type ProxyServerOptions, startProxyServer } from "./proxy-server.ts";
import { type SecureServer, startSecureServer } from "./secure-server.ts";

const BOUNDS = { timeout: 10_000, maxResponseBytes: 1_000_000 };
/** A name and a password with every sign that has a meaning in a URL, and how a URL bears them. */
const LOGIN = "us er@corp:p@ss:/?#%ä";
const IN_URL = "us%20er%40corp:p%40ss%3A%2F%3F%23%25%C3%A4";

const cleanUps: (() => unknown)[] = [];
beforeEach(() => {
  for (const name of ["http_proxy", "https_proxy", "no_proxy"]) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toUpperCase(), undefined);
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function proxyOf(options: ProxyServerOptions = {}): Promise<ProxyServer> {
  const proxy = await startProxyServer(options);
  cleanUps.push(proxy.close);
  return proxy;
}

function transportOf(): NodeTransport {
  const transport = new NodeTransport({ tls: { ca: AUTHORITY } });
  cleanUps.push(() => transport.close());
  return transport;
}

async function secureServer(host?: string, name?: "expired"): Promise<SecureServer> {
  const server = await startSecureServer(name === undefined ? {} : certificate(name), host);
  cleanUps.push(server.close);
  return server;
}

/** Neither the password nor what it looks like on the wire. */
function expectNoSecret(error: Error): void {
  const shown = inspect(error, { depth: 9, showHidden: true });
  expect(shown).not.toMatch(/p@ss|p%40ss|proxy-authorization/i);
  expect(shown).not.toContain(Buffer.from(LOGIN).toString("base64"));
}

describe("NO_PROXY", () => {
  const asCurl: readonly [noProxy: string, url: string, excepted: boolean][] = [
    ["*", "http://a.example/", true],
    ["", "http://a.example/", false],
    [" , ,", "http://a.example/", false],
    ["a.example", "http://a.example/", true],
    ["a.example", "http://www.a.example/", true],
    ["a.example", "http://nota.example/", false],
    ["a.example", "http://a.example.org/", false],
    ["A.Example", "http://a.EXAMPLE/", true],
    [".a.example", "http://www.a.example/", true],
    [".a.example", "http://a.example/", true],
    ["*.a.example", "http://nota.example/", false],
    ["a.example.", "http://a.example/", true],
    ["a.example", "http://a.example./", true],
    ["b.example,a.example", "http://a.example/", true],
    ["b.example a.example", "http://a.example/", true],
    ["b.example , a.example ", "http://a.example/", true],
    ["a.example:8080", "http://a.example/", false],
    ["a.example", "http://a.example:8080/", true],
    ["localhost", "http://localhost:3000/", true],
    ["127.0.0.1", "http://127.0.0.1:3000/", true],
    ["127.0.0.1", "http://127.0.0.2/", false],
    ["127.0.0.1", "http://localhost/", false],
    ["10.0.0.0/8", "http://10.1.2.3/", true],
    ["10.0.0.0/8", "http://11.1.2.3/", false],
    ["10.0.0.0/33", "http://10.0.0.0/", false],
    ["192.168.1.64/26", "http://192.168.1.127/", true],
    ["192.168.1.64/26", "http://192.168.1.128/", false],
    ["::1", "http://[::1]:3000/", true],
    ["[::1]:3000", "http://[::1]:3001/", false],
    ["fe80::/10", "http://[2001:db8::1]/", false],
    ["::/0", "http://10.1.2.3/", false],
    ["10.0.0.0/8", "http://[::1]/", false],
  ];
  // curl 7.88 says the opposite of each. Node or Go read most of these forms as here.
  const unlikeCurl: typeof asCurl = [
    ["b.example, *", "http://a.example/", true],
    ["*.a.example", "http://www.a.example/", true],
    ["*.a.example", "http://a.example/", true],
    ["a.example:80", "http://a.example/", true],
    ["a.example:443", "https://a.example/", true],
    ["a.example:8080", "http://a.example:8080/", true],
    ["127.0.0.1:3000", "http://127.0.0.1:3000/", true],
    ["10.0.0.0/x", "http://10.0.0.0/", false],
    ["0.0.0.0/0", "http://10.1.2.3/", true],
    ["[::1]", "http://[::1]/", true],
    ["[::1]:3000", "http://[::1]:3000/", true],
    ["0:0:0:0:0:0:0:1", "http://[::1]/", true],
    ["fe80::/10", "http://[fe80::1]/", true],
  ];
  test.each([...asCurl, ...unlikeCurl])("%j for %s: %s", (noProxy, url, excepted) => {
    expect(isExcepted(new URL(url), noProxy)).toBe(excepted);
  });

  test("of both spellings the small letters count, and it is read at each new address", async () => {
    const proxy = await proxyOf();
    const server = await startFaultServer();
    cleanUps.push(server.close);
    vi.stubEnv("http_proxy", proxy.url);
    vi.stubEnv("NO_PROXY", "*");
    vi.stubEnv("no_proxy", "other.example");
    const transport = transportOf();
    await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
    expect(proxy.asked.length).toBe(1);
    vi.stubEnv("no_proxy", "127.0.0.0/8");
    await transport.attempt(get(`${server.origin}/empty`), BOUNDS);
    expect(proxy.asked.length).toBe(1);
  });
});

describe("an http request through a proxy", () => {
  test.each(["http:", "https:"])(
    "over %s carries the login, and the host header of the server",
    async (protocol) => {
      const tls = protocol === "https:" ? certificate("server") : undefined;
      const proxy = await proxyOf({ login: LOGIN, ...(tls && { tls }) });
      const server = await startFaultServer();
      cleanUps.push(server.close);
      vi.stubEnv("HTTP_PROXY", proxy.url.replace("//", `//${IN_URL}@`));
      const transport = transportOf();
      for (let turn = 0; turn < 3; turn += 1) {
        const response = await transport.attempt(get(`${server.origin}/gzip?a=${turn}`), BOUNDS);
        expect(response.status).toBe(200);
      }
      expect(proxy.asked[2]).toBe(`GET ${server.origin}/gzip?a=2`);
      expect(proxy.logins).toEqual([LOGIN, LOGIN, LOGIN]);
      expect(proxy.headers[0]?.["host"]).toBe(new URL(server.origin).host);
      expect(proxy.sockets.size).toBe(1);
      await transport.close();
      await expect.poll(() => proxy.sockets.size, { interval: 1 }).toBe(0);
    },
  );

  test("a % in the login that begins no escape stands for itself", async () => {
    const proxy = await proxyOf();
    const server = await startFaultServer();
    cleanUps.push(server.close);
    vi.stubEnv("HTTP_PROXY", proxy.url.replace("//", "//us%20er:100%pass%ff@"));
    expect((await transportOf().attempt(get(`${server.origin}/ok`), BOUNDS)).status).toBe(200);
    expect(proxy.logins).toEqual(["us er:100%pass%ff"]);
  });

  test("with a wrong login is answered with the proxy's 407", async () => {
    const proxy = await proxyOf({ login: "a:b" });
    vi.stubEnv("HTTP_PROXY", proxy.url.replace("//", `//${IN_URL}@`));
    const response = await transportOf().attempt(get("http://api.example/"), BOUNDS);
    expect(response.status).toBe(407);
  });

  test("that is down is a connection error without its password", async () => {
    vi.stubEnv("HTTP_PROXY", `http://${IN_URL}@127.0.0.1:1`);
    const error = await failureOf(transportOf().attempt(get("http://api.example/"), BOUNDS));
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.message).toMatch(/ECONNREFUSED.*proxy settings/);
    expectNoSecret(error);
  });
});

describe("a tunnel", () => {
  test.each<[string, string, ProxyServerOptions]>([
    ["an http proxy", "", {}],
    ["an http proxy that asks for a login", `${IN_URL}@`, { login: LOGIN }],
    ["an https proxy", "", { tls: certificate("server") }],
    ["an https proxy that asks for a login", `${IN_URL}@`, { login: LOGIN, tls: certificate("server") }],
  ])("through %s carries https, and is kept", async (_name, login, options) => {
    const proxy = await proxyOf(options);
    const server = await secureServer();
    vi.stubEnv("HTTPS_PROXY", proxy.url.replace("//", `//${login}`));
    const transport = transportOf();
    for (let turn = 0; turn < 5; turn += 1) {
      const response = await transport.attempt(get(`${server.origin}/a?turn=${turn}`), BOUNDS);
      expect([response.status, new TextDecoder().decode(response.body)]).toEqual([200, "{}"]);
    }
    expect(proxy.asked).toEqual([`CONNECT ${new URL(server.origin).host}`]);
    expect(proxy.logins).toEqual([options.login ?? ""]);
    expect(server.seen.length).toBe(5);
    for (const { headers } of server.seen) expect(headers).not.toHaveProperty("proxy-authorization");
    await transport.close();
    await expect.poll(() => server.open(), { interval: 1 }).toBe(0);
    await expect.poll(() => proxy.sockets.size, { interval: 1 }).toBe(0);
  });

  test("leads to IPv6, and to a name", async () => {
    const proxy = await proxyOf();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const six = await secureServer("::1");
    const named = (await secureServer()).origin.replace("127.0.0.1", "localhost");
    for (const origin of [six.origin, named]) {
      expect((await transportOf().attempt(get(origin), BOUNDS)).status).toBe(200);
    }
    expect(proxy.asked).toEqual([six.origin, named].map((origin) => `CONNECT ${new URL(origin).host}`));
  });

  test("of its own serves each request at once", async () => {
    const proxy = await proxyOf();
    const server = await secureServer();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const transport = transportOf();
    const attempts = Array.from({ length: 10 }, () => transport.attempt(get(server.origin), BOUNDS));
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(new Array(10).fill(200));
    await transport.close();
    await expect.poll(() => proxy.sockets.size, { interval: 1 }).toBe(0);
  });

  test("to a server whose certificate has expired is refused", async () => {
    const proxy = await proxyOf();
    const { origin, seen } = await secureServer("127.0.0.1", "expired");
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const error = await failureOf(transportOf().attempt(get(origin), BOUNDS));
    expect(error.message).toMatch(/certificate has expired/);
    expect(seen).toEqual([]);
  });

  test.each(["201 Created", "204 No Content", "200 Connection established"])(
    "that the proxy makes with the status %s carries the request",
    async (established) => {
      const proxy = await proxyOf({ established });
      const server = await secureServer();
      vi.stubEnv("HTTPS_PROXY", proxy.url);
      expect((await transportOf().attempt(get(`${server.origin}/ok`), BOUNDS)).status).toBe(200);
      expect(proxy.asked).toHaveLength(1);
    },
  );

  test.each<[string, ProxyServerOptions, RegExp]>([
    ["asks for another login", { login: "a:b" }, /407/],
    ["refuses the tunnel", { refusal: "HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno" }, /403/],
    ["cannot reach the server", { refusal: "HTTP/1.1 502 Bad Gateway\r\n\r\n" }, /502/],
    ["redirects", { refusal: "HTTP/1.1 302 Found\r\nlocation: https://evil.example/\r\n\r\n" }, /302/],
    ["closes the connection", { refusal: "HTTP/1.1 200" }, /proxy|ended|hang up/i],
    ["speaks no HTTP", { refusal: "hello\r\n\r\n" }, /proxy|parse/i],
  ])(
    "that the proxy does not make, as it %s, is a connection error and no answer",
    async (_name, options, message) => {
      const proxy = await proxyOf(options);
      vi.stubEnv("HTTPS_PROXY", proxy.url.replace("//", `//${IN_URL}@`));
      const error = await failureOf(transportOf().attempt(get("https://api.example/"), BOUNDS));
      expect(error).toBeInstanceOf(APIConnectionError);
      expect(error).not.toBeInstanceOf(APITimeoutError);
      expect(error.message).toMatch(message);
      expectNoSecret(error);
      await expect.poll(() => proxy.sockets.size, { interval: 1 }).toBe(0);
    },
  );

  test("through a proxy that is down is a connection error without its password", async () => {
    vi.stubEnv("HTTPS_PROXY", `http://${IN_URL}@127.0.0.1:1`);
    const error = await failureOf(transportOf().attempt(get("https://api.example/"), BOUNDS));
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.message).toMatch(/ECONNREFUSED.*proxy settings/);
    expectNoSecret(error);
  });

  test.each(["the timeout", "the signal"])(
    "that never comes ends with %s, and leaves no socket",
    async (end) => {
      const proxy = await proxyOf({ refusal: "" });
      vi.stubEnv("HTTPS_PROXY", proxy.url);
      const controller = new AbortController();
      const { signal } = controller;
      const timeout = end === "the timeout" ? 5000 : 10_000;
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      cleanUps.push(() => vi.useRealTimers());
      const attempt = failureOf(
        transportOf().attempt(get("https://api.example/"), { ...BOUNDS, timeout, signal }),
      );
      await expect.poll(() => proxy.asked.length, { interval: 1 }).toBe(1);
      if (end === "the signal") controller.abort();
      else await vi.advanceTimersByTimeAsync(timeout);
      expect(await attempt).toBeInstanceOf(end === "the signal" ? APIUserAbortError : APITimeoutError);
      await expect.poll(() => proxy.sockets.size, { interval: 1 }).toBe(0);
    },
  );

  test("that never comes fails after 10 seconds", async () => {
    const proxy = await proxyOf({ refusal: "" });
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    cleanUps.push(() => vi.useRealTimers());
    const attempt = failureOf(
      transportOf().attempt(get("https://api.example/"), { ...BOUNDS, timeout: 600_000 }),
    );
    await vi.waitUntil(() => proxy.asked.length === 1, { interval: 1 });
    await vi.advanceTimersByTimeAsync(10_000);
    const error = await attempt;
    expect(error).not.toBeInstanceOf(APITimeoutError);
    expect(error.message).toMatch(/within 10000 ms/);
    vi.useRealTimers();
    await expect.poll(() => proxy.sockets.size, { interval: 1 }).toBe(0);
  });

  test("that is closed by the server between two requests is made again", async () => {
    const proxy = await proxyOf();
    const server = await secureServer();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const transport = transportOf();
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await transport.attempt(get(`${server.origin}/close`), BOUNDS)).status).toBe(200);
    }
    expect(proxy.asked.length).toBe(3);
    expect(server.seen.slice(1).map(({ reused }) => reused)).toEqual([true, true]);
  });
});
