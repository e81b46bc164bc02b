import { Agent } from "node:http";
import { Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { APIConnectionError, APITimeoutError, APIUserAbortError } from "../../src/errors/api-error.ts";
import { NodeTransport } from "../../src/http/node-transport.ts";
import { send } from "../../src/http/send.ts";
import type { HttpRequest, HttpResponse } from "../../src/http/transport.ts";
import { failureOf, get, SEND_DEFAULTS } from "./exchange-defaults.ts";
import { startFaultServer } from "./fault-server.ts";
import { ok, type RawRequest, type RawServer, startRawServer } from "./raw-server.ts";

const BOUNDS = { timeout: 10_000, maxResponseBytes: 1_000_000 };

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function transportOf(options: ConstructorParameters<typeof NodeTransport>[0] = {}): NodeTransport {
  const transport = new NodeTransport(options);
  cleanUps.push(() => transport.close());
  return transport;
}

async function serverOf(...init: Parameters<typeof startRawServer>): Promise<RawServer> {
  const server = await startRawServer(...init);
  cleanUps.push(server.close);
  return server;
}

function text({ body }: HttpResponse): string {
  return new TextDecoder().decode(body);
}

function post(url: string, body: string): HttpRequest {
  return { method: "POST", url, headers: {}, body };
}

describe("a kept connection that the server closes while the next request is written to it", () => {
  // Every second request of a connection meets a closed or reset connection.
  const closesAtTheSecond =
    (end: (socket: Socket) => void) =>
    ({ socket, turn, connection }: RawRequest): void => {
      if (turn === 1) socket.write(ok(`{"connection":${connection}}`));
      else end(socket);
    };

  test.each<[string, (socket: Socket) => void]>([
    ["FIN", (socket) => socket.end()],
    ["RST", (socket) => socket.resetAndDestroy()],
  ])("%s: the request is sent again at once, answered once and not counted as a retry", async (_, end) => {
    const server = await serverOf(closesAtTheSecond(end));
    const transport = transportOf();
    for (let turn = 1; turn <= 20; turn += 1) {
      const result = await send(transport, get(`${server.origin}/${turn}`), SEND_DEFAULTS);
      expect([result.retries, text(result.response)]).toEqual([0, `{"connection":${turn}}`]);
    }
    expect(server.seen.length).toBe(39);
    expect(server.seen.slice(0, 3)).toEqual(["1 GET /1", "1 GET /2", "2 GET /2"]);
  });

  test("several requests at once each find one of their own", async () => {
    const server = await serverOf(closesAtTheSecond((socket) => socket.resetAndDestroy()));
    const transport = transportOf();
    for (let round = 0; round < 3; round += 1) {
      const attempts = Array.from({ length: 8 }, (_, at) =>
        transport.attempt(get(`${server.origin}/${at}`), BOUNDS),
      );
      expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(new Array(8).fill(200));
    }
  });

  test("a POST is sent again with its body", async () => {
    const bodies: string[] = [];
    const server = await startFaultServer();
    cleanUps.push(server.close);
    const transport = transportOf();
    const flaky = `${server.origin}/flaky?fail=1&reset`;
    await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
    expect((await transport.attempt(post(flaky, '{"q":"ä"}'), BOUNDS)).status).toBe(200);
    bodies.push(...server.requests.slice(-2).map(({ body }) => body));
    expect(bodies).toEqual(['{"q":"ä"}', '{"q":"ä"}']);
  });

  test("a request that breaks its server is sent twice, however many connections are idle", async () => {
    let breaks = false;
    const server = await serverOf(({ socket }) => {
      if (breaks) setTimeout(() => socket.destroy(), 20);
      else setTimeout(() => socket.write(ok()), 20);
    });
    const transport = transportOf();
    await Promise.all(Array.from({ length: 10 }, () => transport.attempt(get(server.origin), BOUNDS)));
    breaks = true;
    const error = await failureOf(transport.attempt(post(`${server.origin}/last`, "{}"), BOUNDS));
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(server.seen.filter((each) => each.includes("/last"))).toHaveLength(2);
  });

  test("a reset on a new connection is a failure", async () => {
    const server = await serverOf(({ socket }) => socket.resetAndDestroy());
    const transport = transportOf();
    const error = await failureOf(send(transport, get(server.origin), { ...SEND_DEFAULTS, maxRetries: 1 }));
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.message).toContain("failed after 2 attempts");
    expect(server.seen).toEqual(["1 GET /", "2 GET /"]);
  });

  test("one that breaks after the first bytes of the answer is a failure", async () => {
    const server = await serverOf(({ socket, turn }) => {
      if (turn === 1) socket.write(ok());
      else socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{");
    });
    const transport = transportOf();
    await transport.attempt(get(server.origin), BOUNDS);
    expect(await failureOf(transport.attempt(get(server.origin), BOUNDS))).toBeInstanceOf(APIConnectionError);
    expect(server.seen.length).toBe(2);
  });

  test("one that is aborted is not sent again", async () => {
    const controller = new AbortController();
    const server = await serverOf(({ socket, turn }) => {
      if (turn === 1) socket.write(ok());
      else controller.abort();
    });
    const transport = transportOf();
    await transport.attempt(get(server.origin), BOUNDS);
    const { signal } = controller;
    expect(await failureOf(transport.attempt(get(server.origin), { ...BOUNDS, signal }))).toBeInstanceOf(
      APIUserAbortError,
    );
    expect(server.seen.length).toBe(2);
  });
});

describe("an idle connection", () => {
  test("on which the server writes something before it closes does not answer the next request", async () => {
    // Proxies such as HAProxy announce an idle connection that they close with a 408.
    const server = await serverOf(({ socket, connection }) => {
      socket.write(ok(`{"connection":${connection}}`));
      if (connection === 1) {
        setTimeout(() => socket.end("HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n"), 5);
      }
    });
    const transport = transportOf();
    await transport.attempt(get(server.origin), BOUNDS);
    await expect.poll(() => server.sockets.size, { interval: 1 }).toBe(0);
    const answer = await transport.attempt(get(server.origin), BOUNDS);
    expect([answer.status, text(answer)]).toEqual([200, '{"connection":2}']);
  });

  test("on which a second answer arrives does not pass it for the answer to the next request", async () => {
    const server = await serverOf(({ socket, turn, connection }) => {
      socket.write(ok(`{"own":true}`));
      if (turn === 1 && connection === 1) setTimeout(() => socket.write(ok(`{"own":false}`)), 5);
    });
    const transport = transportOf();
    await transport.attempt(get(server.origin), BOUNDS);
    await expect.poll(() => server.sockets.size, { interval: 1 }).toBe(0);
    for (let turn = 0; turn < 3; turn += 1) {
      expect(text(await transport.attempt(get(server.origin), BOUNDS))).toBe('{"own":true}');
    }
  });

  test("that the server leaves half open is closed, and not used", async () => {
    const server = await serverOf(
      ({ socket }) => {
        socket.end(ok());
      },
      { allowHalfOpen: true },
    );
    const transport = transportOf();
    for (let turn = 0; turn < 5; turn += 1) {
      expect((await transport.attempt(get(server.origin), BOUNDS)).status).toBe(200);
    }
    await expect.poll(() => server.sockets.size, { interval: 1 }).toBe(0);
  });

  test("is closed in time where the server says how long it keeps it", async () => {
    const server = await serverOf(({ socket }) => socket.write(ok("{}", "keep-alive: timeout=1\r\n")));
    const transport = transportOf();
    await transport.attempt(get(server.origin), BOUNDS);
    await expect.poll(() => server.sockets.size, { interval: 5 }).toBe(0);
  });
});

describe("close()", () => {
  test("leaves no socket, whatever was under way", async () => {
    const server = await startFaultServer();
    cleanUps.push(server.close);
    const transport = transportOf();
    const attempts = [
      ...Array.from({ length: 8 }, () => transport.attempt(get(`${server.origin}/gzip-large`), BOUNDS)),
      failureOf(transport.attempt(get(`${server.origin}/never`), { ...BOUNDS, timeout: 50 })),
      failureOf(transport.attempt(get(`${server.origin}/cut-body`), BOUNDS)),
    ];
    await transport.close();
    await Promise.all(attempts);
    await expect.poll(() => server.open(), { interval: 1 }).toBe(0);
  });

  test("while the first request starts does not end the keeping of connections", async () => {
    const server = await startFaultServer();
    cleanUps.push(server.close);
    const transport = transportOf();
    const first = transport.attempt(get(`${server.origin}/ok`), BOUNDS);
    await transport.close();
    await first;
    for (let turn = 0; turn < 5; turn += 1) await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
    expect(server.connections()).toBe(2);
  });

  test("leaves the connections of the caller's own agent to the caller", async () => {
    const server = await startFaultServer();
    cleanUps.push(server.close);
    const agent = new Agent({ keepAlive: true });
    for (let turn = 0; turn < 3; turn += 1) {
      const transport = transportOf({ agent });
      await transport.attempt(get(`${server.origin}/ok`), BOUNDS);
      await transport.close();
    }
    expect(server.connections()).toBe(1);
    agent.destroy();
    await expect.poll(() => server.open(), { interval: 1 }).toBe(0);
  });
});

describe("an answer that comes before the request body was read", () => {
  const body = JSON.stringify("x".repeat(8_000_000));

  test("arrives, and the connection is not kept open for the rest", async () => {
    const server = await serverOf(({ socket, head }) => {
      if (!head.startsWith("POST")) return;
      socket.pause();
      socket.write("HTTP/1.1 413 Content Too Large\r\ncontent-length: 2\r\n\r\n{}");
    });
    const transport = transportOf();
    const answer = await transport.attempt(post(server.origin, body), BOUNDS);
    expect([answer.status, text(answer)]).toEqual([413, "{}"]);
    for (const socket of server.sockets) socket.resume();
    await expect.poll(() => server.sockets.size, { interval: 1 }).toBe(0);
  });

  test("arrives where the server closes the connection right after it", async () => {
    const server = await serverOf(({ socket, head }) => {
      if (head.startsWith("POST")) socket.end("HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n{}");
    });
    const transport = transportOf();
    const answer = await transport.attempt(post(server.origin, body), BOUNDS);
    expect([answer.status, text(answer)]).toEqual([401, "{}"]);
  });

  test("a body larger than the buffers of a connection is sent as fast as the server reads it", async () => {
    let received = 0;
    const server = await serverOf(({ socket }) => {
      socket.removeAllListeners("data").on("data", (chunk) => {
        received += chunk.byteLength;
        socket.pause();
        setImmediate(() => socket.resume());
        if (received > 7_900_000 && chunk.at(-1) === 0x22) socket.write(ok());
      });
    });
    const transport = transportOf();
    expect((await transport.attempt(post(server.origin, body), BOUNDS)).status).toBe(200);
  });
});

describe("answers that HTTP permits", () => {
  test.each<[string, string]>([
    ["100 Continue", `HTTP/1.1 100 Continue\r\n\r\n${ok()}`],
    ["102 Processing", `HTTP/1.1 102 Processing\r\n\r\n${ok()}`],
    ["103 Early Hints", `HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n${ok()}`],
    ["many of them", `${"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100)}${ok()}`],
    ["a status of 199", `HTTP/1.1 199 Wait\r\n\r\n${ok()}`],
    [
      "trailers",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n2\r\n{}\r\n0\r\nx-sum: 1\r\n\r\n",
    ],
    [
      "chunk extensions",
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;a=b;c="d"\r\n{\r\n1\r\n}\r\n0\r\n\r\n',
    ],
    ["no reason phrase", "HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\n{}"],
  ])("%s, and the connection is used again", async (_, answer) => {
    const server = await serverOf(({ socket }) => socket.write(answer));
    const transport = transportOf();
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await transport.attempt(get(server.origin), BOUNDS);
      expect([response.status, text(response), response.headers["x-sum"]]).toEqual([200, "{}", undefined]);
    }
    expect(server.seen.map((line) => line[0])).toEqual(["1", "1", "1"]);
  });

  test.each<[string, string]>([
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n{}"],
    ["a body that ends with the connection", "HTTP/1.1 200 OK\r\n\r\n{}"],
  ])("%s", async (_, answer) => {
    const server = await serverOf(({ socket }) => socket.end(answer));
    expect(text(await transportOf().attempt(get(server.origin), BOUNDS))).toBe("{}");
  });

  test("the answer to HEAD states the length of a body that does not come", async () => {
    const server = await serverOf(({ socket }) =>
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n"),
    );
    const response = await transportOf().attempt({ ...get(server.origin), method: "HEAD" }, BOUNDS);
    expect([response.status, response.body.byteLength]).toEqual([200, 0]);
  });

  test("an upgrade that nobody requested fails instead of hanging", async () => {
    const server = await serverOf(({ socket }) =>
      socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: foo\r\nconnection: upgrade\r\n\r\nfoo"),
    );
    const error = await failureOf(transportOf().attempt(get(server.origin), BOUNDS));
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.message).toContain("switched to another protocol (status 101)");
    await expect.poll(() => server.sockets.size, { interval: 1 }).toBe(0);
  });

  test("headers that stand several times are joined, and no name reaches a prototype", async () => {
    const headers = [
      'Link: </2>; rel="next"',
      'link: </9>; rel="last"',
      "set-cookie: a=1",
      "set-cookie: b=2",
      "retry-after: 1",
      "retry-after: 2",
      "x-ratelimit-reset: 5",
      "x-ratelimit-reset: 6",
      "__proto__: polluted",
      "__proto__: twice",
      "constructor: a",
      "toString: b",
    ];
    const server = await serverOf(({ socket }) => socket.write(ok("{}", `${headers.join("\r\n")}\r\n`)));
    const { headers: seen } = await transportOf().attempt(get(server.origin), BOUNDS);
    expect(seen).toMatchObject({
      link: '</2>; rel="next", </9>; rel="last"',
      "set-cookie": "a=1, b=2",
      "retry-after": "1, 2",
      "x-ratelimit-reset": "5, 6",
    });
    expect(Object.entries(seen).every(([, value]) => typeof value === "string")).toBe(true);
    expect(Object.getPrototypeOf(seen)).toBe(Object.prototype);
    expect({}).not.toHaveProperty("polluted");
    expect(Object.hasOwn(seen, "constructor") ? seen["constructor"] : "a").toBe("a");
  });

  test.each([
    [17_000, true],
    [60_000, true],
    [70_000, false],
  ])("a header block of %i bytes: %s", async (bytes, passes) => {
    const server = await serverOf(({ socket }) =>
      socket.write(ok("{}", `x-long: ${"a".repeat(bytes - 100)}\r\nx-last: 1\r\n`)),
    );
    const attempt = transportOf().attempt(get(server.origin), BOUNDS);
    if (passes) expect((await attempt).headers["x-last"]).toBe("1");
    else expect(await failureOf(attempt)).toMatchObject({ cause: { code: "HPE_HEADER_OVERFLOW" } });
  });

  test("many short headers are all there", async () => {
    const many = Array.from({ length: 3000 }, (_, at) => `x${at}: 1\r\n`).join("");
    const server = await serverOf(({ socket }) => socket.write(ok("{}", many)));
    const { headers } = await transportOf().attempt(get(server.origin), BOUNDS);
    expect(headers).toHaveProperty("x2999", "1");
  });

  test("two lengths that differ are no answer", async () => {
    const server = await serverOf(({ socket }) => socket.write(ok("{}", "content-length: 3\r\n")));
    expect(await failureOf(transportOf().attempt(get(server.origin), BOUNDS))).toBeInstanceOf(
      APIConnectionError,
    );
  });
});

describe("time limits", () => {
  test("a slow body may take longer than the connections of the agent may be idle", async () => {
    const server = await serverOf(({ socket }) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{");
      setTimeout(() => socket.write("}"), 120);
    });
    const agent = new Agent({ keepAlive: true, timeout: 30 });
    expect(text(await transportOf({ agent }).attempt(get(server.origin), BOUNDS))).toBe("{}");
    agent.destroy();
  });

  test("a host that does not accept the connection fails after 10 seconds, long before the timeout", async () => {
    class DeadAgent extends Agent {
      override createConnection(): Socket {
        const socket = new Socket();
        Object.defineProperty(socket, "connecting", { value: true });
        return socket;
      }
    }
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const transport = transportOf({ agent: new DeadAgent() });
    const attempt = failureOf(
      transport.attempt(get("http://dead.example/"), { ...BOUNDS, timeout: 600_000 }),
    );
    await vi.advanceTimersByTimeAsync(9_999);
    await vi.advanceTimersByTimeAsync(1);
    const error = await attempt;
    expect(error).not.toBeInstanceOf(APITimeoutError);
    expect(error.message).toMatch(/^no connection to dead\.example within 10000 ms \(ETIMEDOUT\)\. Check/);
  });

  test("a server that does not finish the TLS handshake fails after 10 seconds", async () => {
    const server = await serverOf(() => undefined);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const secure = server.origin.replace("http:", "https:");
    const attempt = failureOf(transportOf().attempt(get(secure), { ...BOUNDS, timeout: 600_000 }));
    await vi.waitUntil(() => server.sockets.size === 1, { interval: 1 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await attempt).message).toMatch(/^no connection to 127\.0\.0\.1 within 10000 ms/);
  });
});

describe("a signal", () => {
  const stages: readonly (readonly [string, (request: RawRequest) => void, seen: number])[] = [
    ["before the head", () => undefined, 1],
    ["inside the head", ({ socket }) => socket.write("HTTP/1.1 200 OK\r\nx-a: "), 1],
    ["after a 1xx", ({ socket }) => socket.write("HTTP/1.1 103 Early Hints\r\n\r\n"), 1],
    ["after the head", ({ socket }) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"), 1],
    ["inside the body", ({ socket }) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"), 1],
    [
      "inside the trailers",
      ({ socket }) =>
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx-a: "),
      1,
    ],
  ];
  test.each(stages)("%s ends the attempt and its connection", async (_, answer) => {
    const server = await serverOf(answer);
    const controller = new AbortController();
    const attempt = failureOf(
      transportOf().attempt(get(server.origin), { ...BOUNDS, signal: controller.signal }),
    );
    await expect.poll(() => server.seen.length, { interval: 1 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    expect(await attempt).toBeInstanceOf(APIUserAbortError);
    await expect.poll(() => server.sockets.size, { interval: 1 }).toBe(0);
  });

  test("ends an attempt that waits for a free connection, and the others go on", async () => {
    const pending: RawRequest[] = [];
    const server = await serverOf((request) => void pending.push(request));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const transport = transportOf({ agent });
    const controller = new AbortController();
    const first = transport.attempt(get(`${server.origin}/1`), BOUNDS);
    const waiting = failureOf(
      transport.attempt(get(`${server.origin}/2`), { ...BOUNDS, signal: controller.signal }),
    );
    const last = transport.attempt(get(`${server.origin}/3`), BOUNDS);
    await expect.poll(() => pending.length, { interval: 1 }).toBe(1);
    controller.abort();
    expect(await waiting).toBeInstanceOf(APIUserAbortError);
    pending[0]?.socket.write(ok());
    expect((await first).status).toBe(200);
    await expect.poll(() => pending.length, { interval: 1 }).toBe(2);
    pending[1]?.socket.write(ok());
    expect((await last).status).toBe(200);
    expect(server.seen).toEqual(["1 GET /1", "1 GET /3"]);
    agent.destroy();
  });
});

describe("addresses", () => {
  test("an IPv6 address is reached, and named in the host header with brackets", async () => {
    let host = "";
    const server = await serverOf(
      ({ socket, head }) => {
        host = /host: (.*)/i.exec(head)?.[1] ?? "";
        socket.write(ok());
      },
      { host: "::1" },
    );
    expect((await transportOf().attempt(get(`${server.origin}/a?b=c`), BOUNDS)).status).toBe(200);
    expect(`http://${host}`).toBe(server.origin);
  });

  test.each([
    ["127.0.0.1", "::1"],
    ["::1", "127.0.0.1"],
  ])("a host whose server listens on %s only is reached though %s comes first", async (host, dead) => {
    const server = await serverOf(({ socket }) => socket.write(ok()), { host });
    const addresses = [dead, host].map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    const agent = new Agent({
      keepAlive: true,
      lookup: (_name, _options, done) => done(null, addresses),
    });
    const response = await transportOf({ agent }).attempt(get(`http://two.example:${server.port}/`), BOUNDS);
    expect(response.status).toBe(200);
    agent.destroy();
  });

  test("a host none of whose addresses answers is a connection error that names a reason", async () => {
    const addresses = [
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
    ];
    const agent = new Agent({ lookup: (_name, _options, done) => done(null, addresses) });
    const error = await failureOf(transportOf({ agent }).attempt(get("http://two.example:1/"), BOUNDS));
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.message).toContain("ECONNREFUSED");
  });
});
