// Runs on each runtime that the library supports, on the built library, without a test framework: what the transport does
// with faults of servers, proxies and TLS, in short. Prints one line of JSON: `{ "checks": 46, "failed": { name: reason } }`. An argument is a regular
// expression for the names of checks that are left out.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, createServer, request as httpRequest } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, createServer as createRawServer } from "node:net";
import zlib from "node:zlib";
import { defaultTransport } from "../../dist/default-transport.node.js";
import { Anthropic, AsyncAnthropic } from "../../dist/pageturn.js";
import { startMockServer } from "../../dist/testing.js";

const BOUNDS = { timeout: 30_000, maxResponseBytes: 1_000_000 };
const warnings = [];
process.on("warning", ({ name }) => warnings.push(name));

const pem = (name) => readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), "utf8");
const pair = (name) => ({ cert: pem(`${name}.cert`), key: pem(`${name}.key`) });
const ca = pem("authority.cert");

const opened = [];

/** Starts a server on a free port, and closes it at the end of the check. */
async function listen(server, host = "127.0.0.1") {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  await new Promise((resolve) => server.listen(0, host, resolve));
  opened.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: server.address().port, sockets };
}

/** A server that calls `answer` at the end of each request head. */
async function raw(answer, host) {
  let connections = 0;
  const seen = [];
  const server = createRawServer((socket) => {
    connections += 1;
    const connection = connections;
    let turn = 0;
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        turn += 1;
        seen.push(connection);
        text = text.slice(end + 4);
        answer({ socket, turn, connection });
      }
    });
  });
  const { port, sockets } = await listen(server, host);
  return { origin: `http://${host === "::1" ? "[::1]" : "127.0.0.1"}:${port}`, seen, sockets };
}

async function secure(options, answer = (_, response) => response.end("{}")) {
  const server = createSecureServer({ ...pair("server"), ...options }, answer);
  server.on("tlsClientError", () => undefined);
  const { port, sockets } = await listen(server);
  return { origin: `https://127.0.0.1:${port}`, sockets };
}

async function proxy({ login, status } = {}) {
  const asked = [];
  const allowed = ({ headers }) =>
    login === undefined ||
    headers["proxy-authorization"] === `Basic ${Buffer.from(login).toString("base64")}`;
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (!allowed(incoming)) return void outgoing.writeHead(407).end();
    const { method, headers } = incoming;
    httpRequest(incoming.url, { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    }).end();
  });
  server.on("connect", (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    socket.on("error", () => undefined);
    if (status !== undefined || !allowed(incoming))
      return void socket.end(`HTTP/1.1 ${status ?? 407} No\r\n\r\n`);
    const onward = connect(Number(incoming.url.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  });
  const { port, sockets } = await listen(server);
  return { host: `127.0.0.1:${port}`, asked, sockets };
}

function transport(options) {
  const made = defaultTransport(options);
  opened.push(() => made.close());
  return made;
}

const ok = (body = "{}", headers = "") =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`;
const get = (url, headers = {}) => ({ method: "GET", url, headers, body: null });
const text = ({ body }) => new TextDecoder().decode(body);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(isDone, what) {
  const end = Date.now() + 20_000;
  while (!isDone()) {
    assert.ok(Date.now() < end, `not within 20 seconds: ${what}`);
    await wait(2);
  }
}

async function fails(attempt, name, message = /./) {
  const error = await attempt.then(
    () => assert.fail("it was answered"),
    (reason) => reason,
  );
  assert.equal(error.name, name, error.stack);
  assert.match(error.message, message);
}

const checks = {};

for (const [end, close] of [
  ["FIN", (socket) => socket.end()],
  ["RST", (socket) => socket.resetAndDestroy()],
]) {
  checks[`keep-alive: a ${end} at the next request is answered once, on a new connection`] = async () => {
    const server = await raw(({ socket, turn, connection }) =>
      turn === 1 ? socket.write(ok(`${connection}`)) : close(socket),
    );
    const client = transport();
    for (let turn = 1; turn <= 10; turn += 1) {
      assert.equal(text(await client.attempt(get(server.origin), BOUNDS)), `${turn}`);
    }
    assert.equal(server.seen.length, 19);
  };
}

checks["keep-alive: connections are kept"] = async () => {
  const server = await raw(({ socket }) => socket.write(ok()));
  const client = transport();
  for (let turn = 0; turn < 10; turn += 1) await client.attempt(get(server.origin), BOUNDS);
  assert.equal(server.seen.at(-1), 1);
  await client.close();
  await until(() => server.sockets.size === 0, "no socket after close()");
};

checks["keep-alive: a reset on a new connection is a failure"] = async () => {
  const server = await raw(({ socket }) => socket.resetAndDestroy());
  await fails(transport().attempt(get(server.origin), BOUNDS), "APIConnectionError");
  assert.equal(server.seen.length, 1);
};

checks["keep-alive: a second answer is not passed for the next one"] = async () => {
  const sent = new EventEmitter();
  const server = await raw(({ socket, turn, connection }) => {
    socket.write(ok("own"));
    if (turn !== 1 || connection !== 1) return;
    setTimeout(() => socket.write(ok("not"), () => sent.emit("second")), 5);
  });
  const client = transport();
  const isSent = once(sent, "second");
  await client.attempt(get(server.origin), BOUNDS);
  await isSent;
  // Each timer lets the process read what has come, however busy it is. Some runtimes close the connection then, others keep it.
  for (let turn = 0; turn < 20; turn += 1) await wait(5);
  for (let turn = 0; turn < 3; turn += 1) {
    assert.equal(text(await client.attempt(get(server.origin), BOUNDS)), "own");
  }
};

checks["10,000 requests over 4 connections"] = async () => {
  let connections = 0;
  const server = createServer((_, response) => response.end("{}")).on("connection", () => {
    connections += 1;
  });
  const { port } = await listen(server);
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const client = transport({ agent });
  const { signal } = new AbortController();
  const run = async () => {
    for (let turn = 0; turn < 2500; turn += 1) {
      await client.attempt(get(`http://127.0.0.1:${port}/`), { ...BOUNDS, signal });
    }
  };
  await Promise.all([run(), run(), run(), run()]);
  assert.equal(connections, 4);
  await wait(5);
  assert.equal(Object.values(agent.sockets).flat().length, 0);
  const free = Object.values(agent.freeSockets).flat();
  assert.equal(free.length, 4);
  for (const socket of free) {
    for (const name of socket.eventNames()) assert.ok(socket.listenerCount(name) < 5, String(name));
  }
  assert.deepEqual(warnings, []);
  agent.destroy();
};

checks["half-closed connections are closed, and not used"] = async () => {
  const server = await raw(({ socket }) => socket.end(ok()));
  const client = transport();
  for (let turn = 0; turn < 3; turn += 1) await client.attempt(get(server.origin), BOUNDS);
  await until(() => server.sockets.size === 0, "no socket");
};

checks["slow bodies arrive, and end with the timeout"] = async () => {
  const server = await raw(({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n");
    let left = 20;
    const drip = setInterval(() => {
      socket.write(".");
      left -= 1;
      if (left === 0) clearInterval(drip);
    }, 5);
    socket.on("close", () => clearInterval(drip));
  });
  await fails(transport().attempt(get(server.origin), { ...BOUNDS, timeout: 40 }), "APITimeoutError");
  assert.equal((await transport().attempt(get(server.origin), BOUNDS)).body.byteLength, 20);
};

checks["an answer before the request body was read"] = async () => {
  const server = await raw(({ socket }) => {
    socket.pause();
    socket.write("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\n{}");
  });
  const request = { method: "POST", url: server.origin, headers: {}, body: "x".repeat(8_000_000) };
  assert.equal((await transport().attempt(request, BOUNDS)).status, 413);
  for (const socket of server.sockets) socket.resume();
  await until(() => server.sockets.size === 0, "no socket");
};

for (const [name, answer] of [
  ["100", `HTTP/1.1 100 Continue\r\n\r\n${ok()}`],
  ["103", `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${ok()}`],
  ["trailers", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx-sum: 1\r\n\r\n"],
  ["60,000 bytes of headers", ok("{}", `x-long: ${"a".repeat(60_000)}\r\n`)],
]) {
  checks[`answers: ${name}`] = async () => {
    const server = await raw(({ socket }) => socket.write(answer));
    const client = transport();
    for (let turn = 0; turn < 2; turn += 1) {
      const response = await client.attempt(get(server.origin), BOUNDS);
      assert.deepEqual([response.status, text(response)], [200, "{}"]);
    }
    assert.equal(server.seen.at(-1), 1);
  };
}

for (const [name, answer] of [
  ["70,000 bytes of headers", ok("{}", `x-long: ${"a".repeat(70_000)}\r\n`)],
  ["no HTTP", "hello\r\n\r\n"],
  ["a cut body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"],
  ["cut chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{"],
  ["a cut head", "HTTP/1.1 200 OK\r\nx-a"],
  ["an upgrade", "HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: foo\r\n\r\n"],
]) {
  checks[`no answers: ${name}`] = async () => {
    const server = await raw(({ socket }) => socket.end(answer));
    await fails(transport().attempt(get(server.origin), BOUNDS), "APIConnectionError");
  };
}

checks["headers that stand several times, and __proto__"] = async () => {
  const lines = [
    "link: <a>",
    "Link: <b>",
    "set-cookie: a=1",
    "set-cookie: b=2",
    "retry-after: 1",
    "retry-after: 2",
    "__proto__: x",
  ];
  const server = await raw(({ socket }) => socket.write(ok("{}", `${lines.join("\r\n")}\r\n`)));
  const { headers } = await transport().attempt(get(server.origin), BOUNDS);
  const { link, "set-cookie": cookie, "retry-after": after } = headers;
  assert.deepEqual([link, cookie, after], ["<a>, <b>", "a=1, b=2", "1, 2"]);
  assert.equal({}.x, undefined);
};

for (const [encoding, compress] of [
  ["gzip", zlib.gzipSync],
  ["br", zlib.brotliCompressSync],
  ["zstd", zlib.zstdCompressSync],
]) {
  if (compress === undefined) continue;
  checks[`encodings: ${encoding}, whole, too large and cut off`] = async () => {
    const body = compress(Buffer.from(JSON.stringify(Array.from({ length: 20_000 }, (_, at) => at))));
    const server = createServer(({ url, headers }, response) => {
      response.setHeader("content-encoding", encoding);
      response.setHeader("x-accepted", headers["accept-encoding"]);
      response.end(url === "/cut" ? body.subarray(0, body.length / 2) : body);
    });
    const { port } = await listen(server);
    const origin = `http://127.0.0.1:${port}`;
    const response = await transport().attempt(get(`${origin}/`), BOUNDS);
    assert.equal(JSON.parse(text(response)).length, 20_000);
    await fails(
      transport().attempt(get(`${origin}/`), { ...BOUNDS, maxResponseBytes: 100_000 }),
      "APIResponseTooLargeError",
    );
    await fails(transport().attempt(get(`${origin}/cut`), BOUNDS), "APIConnectionError");
  };
}

for (const [stage, written] of [
  ["before the head", ""],
  ["inside the head", "HTTP/1.1 200 OK\r\nx-a"],
  ["inside the body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"],
]) {
  checks[`abort: ${stage}`] = async () => {
    const server = await raw(({ socket }) => void (written && socket.write(written)));
    const controller = new AbortController();
    const attempt = transport().attempt(get(server.origin), { ...BOUNDS, signal: controller.signal });
    const failed = fails(attempt, "APIUserAbortError");
    await until(() => server.seen.length === 1, "the request");
    await wait(5);
    controller.abort();
    await failed;
    await until(() => server.sockets.size === 0, "no socket");
  };
}

checks["addresses: IPv6, and a refused connection"] = async () => {
  const server = await raw(({ socket }) => socket.write(ok()), "::1");
  assert.equal((await transport().attempt(get(server.origin), BOUNDS)).status, 200);
  await fails(transport().attempt(get("http://127.0.0.1:1/"), BOUNDS), "APIConnectionError", /ECONNREFUSED/);
};

for (const [name, options, tls, message] of [
  ["an unknown authority", {}, undefined, /certificate/i],
  ["a self-signed certificate", pair("self-signed"), undefined, /self.signed/i],
  ["another name", pair("other-name"), { ca }, /altname/i],
  ["an expired certificate", pair("expired"), { ca }, /expired/i],
  [
    "no certificate of the client",
    { ca, requestCert: true },
    { ca },
    /certificate required|CERTIFICATE_REQUIRED|ECONNRESET|EPROTO/,
  ],
]) {
  checks[`TLS: ${name} is refused`] = async () => {
    const { origin } = await secure(options);
    await fails(transport({ tls }).attempt(get(origin), BOUNDS), "APIConnectionError", message);
  };
}

for (const [name, tls] of [
  ["cert and key", pair("client")],
  ["an encrypted key", { cert: pem("client.cert"), key: pem("client.locked"), passphrase: "pageturn" }],
  [
    "a pfx",
    { pfx: readFileSync(new URL("certificates/client.p12", import.meta.url)), passphrase: "pageturn" },
  ],
]) {
  checks[`TLS: the client is known by ${name}`] = async () => {
    const { origin, sockets } = await secure({ ca, requestCert: true });
    const client = transport({ tls: { ca, ...tls } });
    for (let turn = 0; turn < 3; turn += 1) await client.attempt(get(origin), BOUNDS);
    assert.equal(sockets.size, 1);
    await client.close();
    await until(() => sockets.size === 0, "no socket after close()");
  };
}

checks["TLS: sessions are taken up again"] = async () => {
  const reused = [];
  const { origin } = await secure({}, ({ socket }, response) => {
    reused.push(socket.isSessionReused());
    response.setHeader("connection", "close").end("{}");
  });
  const client = transport({ tls: { ca } });
  for (let turn = 0; turn < 3; turn += 1) await client.attempt(get(origin), BOUNDS);
  assert.deepEqual(reused, [false, true, true]);
};

const LOGIN = "us er:p@ss:/?#%";
const IN_URL = "us%20er:p%40ss%3A%2F%3F%23%25";

async function withProxies(env, run) {
  Object.assign(process.env, env);
  try {
    await run();
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
}

checks["proxies: http with a login, and NO_PROXY"] = async () => {
  const through = await proxy({ login: LOGIN });
  const server = await raw(({ socket }) => socket.write(ok()));
  const HTTP_PROXY = `http://${IN_URL}@${through.host}`;
  await withProxies({ HTTP_PROXY }, async () => {
    assert.equal((await transport().attempt(get(`${server.origin}/a`), BOUNDS)).status, 200);
    assert.deepEqual(through.asked, [`GET ${server.origin}/a`]);
  });
  await withProxies({ HTTP_PROXY, NO_PROXY: "10.0.0.0/8, 127.0.0.0/8" }, async () => {
    assert.equal((await transport().attempt(get(`${server.origin}/a`), BOUNDS)).status, 200);
    assert.equal(through.asked.length, 1);
  });
};

checks["proxies: tunnels with a login are kept, and closed by close()"] = async () => {
  const through = await proxy({ login: LOGIN });
  const { origin } = await secure({});
  await withProxies({ HTTPS_PROXY: `http://${IN_URL}@${through.host}` }, async () => {
    const client = transport({ tls: { ca } });
    for (let turn = 0; turn < 3; turn += 1) await client.attempt(get(origin), BOUNDS);
    assert.deepEqual(through.asked, [`CONNECT ${new URL(origin).host}`]);
    await client.close();
    await until(() => through.sockets.size === 0, "no socket after close()");
  });
};

for (const [name, options, message] of [
  ["wrong login", { login: "a:b" }, /407/],
  ["refused tunnel", { status: 403 }, /403/],
  ["proxy that is down", null, /ECONNREFUSED/],
]) {
  checks[`proxies: a ${name} is a connection error without the password`] = async () => {
    const host = options === null ? "127.0.0.1:1" : (await proxy(options)).host;
    await withProxies({ HTTPS_PROXY: `http://${IN_URL}@${host}` }, async () => {
      const error = await transport()
        .attempt(get("https://api.example/"), BOUNDS)
        .catch((reason) => reason);
      assert.equal(error.name, "APIConnectionError");
      assert.match(error.message, message);
      assert.doesNotMatch(`${error.stack}${error.cause?.stack}`, /p@ss|p%40ss/);
    });
  };
}

/** What becomes of a walk over 50 items in pages of 10 where page 3, or each page, has one of the faults of the fault kit. */
const FAULTS = [
  [{ fault: "none" }, "50"],
  [{ fault: "delay", ms: 5 }, "50"],
  [{ fault: "trickle", chunkBytes: 500 }, "50"],
  [{ fault: "contentType", value: null }, "50"],
  [{ fault: "status", status: 500 }, "20 InternalServerError"],
  [{ fault: "status", status: 429 }, "20 RateLimitError"],
  [{ fault: "cursorExpired" }, "20 CursorExpiredError"],
  [{ fault: "reset", at: "beforeHeaders" }, "20 APIConnectionError"],
  [{ fault: "reset", at: "insideHeaders" }, "20 APIConnectionError"],
  [{ fault: "reset", at: "afterHeaders" }, "20 APIConnectionError"],
  [{ fault: "reset", at: "insideBody" }, "20 APIConnectionError"],
  [{ fault: "cutOff", framing: "contentLength" }, "20 APIConnectionError"],
  [{ fault: "cutOff", framing: "chunked" }, "20 APIConnectionError"],
  [{ fault: "garbageHttp" }, "20 APIConnectionError"],
  [{ fault: "body", body: "<!doctype html>" }, "20 APIResponseValidationError"],
  [{ fault: "truncatedJson" }, "20 APIResponseValidationError"],
  [{ fault: "garbageBody" }, "20 APIResponseValidationError"],
  // The walk goes on with smaller pages, of which the third is another one.
  [{ fault: "never" }, "50"],
  [{ fault: "never", after: "headers" }, "50"],
  [{ fault: "never", after: "halfBody" }, "50"],
  [{ fault: "gzipBomb", bytes: 4_000_000 }, "50"],
  [{ fault: "itemsInserted" }, "51"],
  [{ fault: "itemsDeleted" }, "49"],
  [{ fault: "dropFilters" }, "50"],
  [{ fault: "repeatCursor" }, "30 PaginationCycleError"],
  [{ fault: "cycle", length: 2 }, "30 PaginationCycleError", "each page"],
  [{ fault: "endless", items: "none" }, "0 PaginationError", "each page"],
  [{ fault: "offByOne", by: 1 }, "49"],
  [{ fault: "emptyPage" }, "20 PaginationError"],
  [{ fault: "duplicateItems" }, "51"],
  [{ fault: "hasMore", value: false }, "30"],
  [{ fault: "setFields", fields: { data: null } }, "40"],
  [{ fault: "dropFields", names: ["data"] }, "20 IncompleteListError"],
  [{ fault: "setItemFields", fields: { id: 7 } }, "50"],
  [{ fault: "dropItemFields", names: ["id"] }, "50"],
];

async function outcome(list) {
  let count = 0;
  try {
    for await (const _ of list) count += 1;
    return `${count}`;
  } catch (error) {
    return `${count} ${error.name}`;
  }
}

function syncOutcome(list) {
  let count = 0;
  try {
    for (const _ of list) count += 1;
    return `${count}`;
  } catch (error) {
    return `${count} ${error.name}`;
  }
}

async function mock(script, run) {
  const server = await startMockServer({ items: 50 });
  try {
    await server.setScript(script);
    const { url: baseURL, apiKey } = server;
    const options = { baseURL, apiKey, maxRetries: 0, maxResponseBytes: 1_000_000 };
    await run(options, server);
  } finally {
    await server.close();
  }
}

for (const [Client, walk, kind] of [
  [AsyncAnthropic, outcome, "async"],
  [Anthropic, syncOutcome, "sync"],
]) {
  checks[`${kind} client: a whole walk`] = () =>
    mock([], async (options) => {
      const client = new Client(options);
      assert.equal(await walk(client.models.list({ limit: 10 })), "50");
      await client.close();
    });

  checks[`${kind} client: a walk over faults that go away`] = () =>
    mock(
      [
        { fault: "reset", at: "beforeHeaders", page: 2 },
        { fault: "status", status: 529, headers: { "retry-after": "0" }, page: 3 },
        { fault: "cutOff", framing: "chunked", page: 4 },
      ],
      async (options) => {
        const client = new Client({ ...options, maxRetries: 2, timeout: 30_000 });
        assert.equal(await walk(client.models.list({ limit: 10 })), "50");
        await client.close();
      },
    );

  checks[`${kind} client: every fault of the fault kit`] = () =>
    mock([], async (options, server) => {
      const client = new Client(options);
      const outcomes = [];
      for (const [fault, , pages] of FAULTS) {
        await server.setScript([{ ...fault, times: "always", ...(pages === undefined && { page: 3 }) }]);
        // The others must not run into it on a busy machine: the walk would go on with smaller pages.
        const timeout = fault.fault === "never" ? 500 : 20_000;
        const reached = await walk(client.models.list({ limit: 10 }, { timeout }).items({ maxItems: 200 }));
        outcomes.push([JSON.stringify(fault), reached]);
      }
      assert.deepEqual(
        outcomes,
        FAULTS.map(([fault, expected]) => [JSON.stringify(fault), expected]),
      );
      await client.close();
    });
}

const failed = {};
const leftOut = new RegExp(process.argv[2] ?? "^$");
let count = 0;
for (const [name, check] of Object.entries(checks)) {
  if (leftOut.test(name)) continue;
  count += 1;
  const limit = new Promise((_, reject) => {
    setTimeout(() => reject(new Error("not done after 60 seconds")), 60_000).unref();
  });
  try {
    await Promise.race([check(), limit]);
  } catch (error) {
    failed[name] = `${error?.message ?? error}`;
  }
  for (const close of opened.splice(0).reverse()) await close();
}
console.log(JSON.stringify({ checks: count, failed }));
process.exit(0);
